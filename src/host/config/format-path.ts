/** Where in a configuration something stands: keys and indexes from its root. */
export type ConfigPath = readonly (string | number)[];

/** Characters shown of one key: names are at most 64, and a mistaken key must not fill the screen. */
const MAX_KEY_CHARACTERS = 64;

/** Keys that can stand after a dot without being taken for two keys. */
const BARE_KEY = /^[A-Za-z0-9_$-]+$/;

/** The path as shown to people: `plugins.redis.limits.call`, `a[0]`, `plugins["my.plugin"].module`. */
export function formatPath(path: ConfigPath): string {
  let text = "";
  for (const segment of path) {
    if (typeof segment === "number") text += `[${segment}]`;
    else if (!BARE_KEY.test(segment) || segment.length > MAX_KEY_CHARACTERS) text += `[${quote(segment)}]`;
    else text += text === "" ? segment : `.${segment}`;
  }
  return text;
}

function quote(key: string): string {
  return JSON.stringify(key.length <= MAX_KEY_CHARACTERS ? key : `${key.slice(0, MAX_KEY_CHARACTERS)}…`);
}
