/** `stockpile config check`: whether a configuration is right, and what it comes to. */
import { checkConfig } from "../host/main.js";
import type { ConfigReport, PluginReport, StorageReport } from "../host/main.js";
import { sectionSchemasOf } from "../server/section-schemas-of.js";
import { plainText } from "./plain-text.js";

/** Of one line: paths may be long, and are of no use when cut. */
const MAX_LINE_CHARACTERS = 4096;

/**
 * Prints what was found, and to stderr what plugins cannot be loaded and what files of TLS cannot be read, for
 * the server may be another user's, or another machine's.
 * @throws {ConfigError} the configuration is wrong; lists every mistake.
 */
export async function checkConfigCommand(path: string): Promise<void> {
  const warnings: string[] = [];
  const schemas = sectionSchemasOf(path, {
    // Without the path, which may come from the environment.
    onUnreadable: ({ setting, code }) =>
      warnings.push(`Cannot check server.tls.${setting}: the file cannot be read here: ${code}`),
  });
  const report = await checkConfig(path, schemas);
  process.stdout.write(toText([`Configuration ${path} is right`, ...describe(report)]));
  const failures = report.plugins.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  process.stderr.write(toText([...failures, ...warnings].map((warning) => `Warning: ${warning}`)));
}

function describe({ plugins, storage, categories, near }: ConfigReport): string[] {
  return [
    `Plugins: ${plugins.length}`,
    ...plugins.map(describePlugin),
    `Storage: ${describeStorage(storage)}`,
    `Categories: ${categories.length}`,
    ...categories.map((category) => `  ${category.name}: ${describeStorage(category.storage)}`),
    `Near cache: ${near === false ? "none" : `${near.entries} entries, ${near.bytes} bytes, ${near.values}`}`,
    "Not checked: options and parameters, which each plugin checks when it starts",
  ];
}

function describePlugin({ name, file, isolation, startup }: PluginReport): string {
  return `  ${name}: ${startup}, in a ${isolation}, ${file}`;
}

function describeStorage({ plugin, backend }: StorageReport): string {
  return backend === undefined ? plugin : `${plugin}, backend ${backend}`;
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${indentOf(line)}${plainText(line, MAX_LINE_CHARACTERS)}\n`).join("");
}

/** It is taken off with the other blanks. */
function indentOf(line: string): string {
  return line.startsWith("  ") ? "  " : "";
}
