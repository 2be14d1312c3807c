import type { Message } from "esbuild";
import type { Finding } from "./finding.js";

/** What to do about it, where esbuild's own words do not say, by its id of the message. */
const REMEDIES: Readonly<Record<string, string>> = {
  "unsupported-require-call": "name what it may be in a literal each, or load the plugin as a folder",
  "unsupported-dynamic-import": "name what it may be in a literal each, or load the plugin as a folder",
  "indirect-require": "what is required by it is looked for beside the built file",
};
const NATIVE_REMEDY =
  "use a package without native code, or load this plugin as a folder with a package.json and its node_modules";
const DATA_REMEDY = "keep such data in a module, as text or Base64, or read it from a path in the options";

/** esbuild's message in the words of a plugin's author. */
export function describeMessage(
  { id, text, location, notes }: Message,
  severity: Finding["severity"],
  natives: ReadonlyMap<string, string>,
): Finding {
  const place =
    location === null ? {} : { file: location.file, line: location.line, column: location.column + 1 };
  const words = unresolved(text, natives) ?? withRemedy(id, text);
  // The advice to leave an import out of the bundle is for those who call esbuild themselves.
  const [note] = notes
    .map((each) => each.text)
    .filter((each) => each !== "" && !/mark the path|alias feature/.test(each));
  return { severity, text: note === undefined ? words : `${words}: ${note}`, ...place };
}

function withRemedy(id: string, text: string): string {
  if (text.startsWith("No loader is configured")) return `${text}: ${DATA_REMEDY}`;
  const remedy = REMEDIES[id];
  return remedy === undefined ? text : `${text}: ${remedy}`;
}

function unresolved(text: string, natives: ReadonlyMap<string, string>): string | undefined {
  const [, path, original] = /^Could not resolve "([^"]+)"(?: \(originally "([^"]+)"\))?$/.exec(text) ?? [];
  const specifier = original ?? path;
  if (specifier === undefined) return undefined;
  const native = [...natives].find(([name]) => specifier === name || specifier.startsWith(`${name}/`));
  if (native !== undefined) return `cannot bundle "${specifier}": ${native[1]}: ${NATIVE_REMEDY}`;
  return /^[./]/.test(specifier)
    ? `cannot find "${specifier}"`
    : `cannot find the package of "${specifier}": is it installed?`;
}
