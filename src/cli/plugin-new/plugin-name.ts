/** The names of a new plugin, made of the one that was asked for. */
export interface PluginNames {
  /** Its package's. */
  readonly packageName: string;
  /** Its key in a configuration, its backend's id, and the base of its built file: the package's without the scope. */
  readonly name: string;
}

/** As plugin directories find them. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;
/** As npm takes them. */
const SCOPE = /^@[a-z0-9-][a-z0-9._-]{0,127}$/;

/**
 * @param text a name, with or without an npm scope: no path, and no part of one.
 * @throws {Error} it is something else.
 */
export function parsePluginName(text: string): PluginNames {
  const slash = text.indexOf("/");
  const [scope, name] = slash === -1 ? [undefined, text] : [text.slice(0, slash), text.slice(slash + 1)];
  if (NAME.test(name) && (scope === undefined || SCOPE.test(scope))) return { packageName: text, name };
  throw new Error(
    `Cannot make a plugin: expected a name of at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first, with or without a scope as in @acme/shelf: received ${JSON.stringify(text)}`,
  );
}
