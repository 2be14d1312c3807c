import { InvalidArgumentError } from "commander";
import type { Command } from "commander";

import type { BuildPluginOptions } from "./build-plugin.js";

/** Many times what an import takes, and what somebody who watches waits for without a doubt. */
const DEFAULT_LIMIT_S = 10;
/** Above it somebody has typed milliseconds. */
const MAX_LIMIT_S = 600;

/** Adds `stockpile plugin` and the commands below it: those for people who write plugins. */
export function addPluginCommand(program: Command): void {
  const plugin = program
    .command("plugin")
    .description("build a plugin of your own")
    .helpCommand(false)
    .showHelpAfterError('(run "stockpile plugin --help" for help)');
  plugin
    .command("build [directory]")
    .description("make one self-contained file of a plugin's package")
    .showHelpAfterError('(run "stockpile plugin build --help" for help)')
    .option(
      "-o, --out <file>",
      "file to write, or folder to write <name>.mjs to (default: dist/<name>.mjs in the plugin's folder)",
    )
    .option("--watch", "build again whenever the source changes, until Ctrl-C")
    .option("--sourcemap", "write a source map beside it, as <file>.map")
    .option(
      "--limit <seconds>",
      `how long the import of what was built may take (default: ${DEFAULT_LIMIT_S})`,
      parseSeconds,
    )
    .addHelpText(
      "after",
      `
The source is what "stockpile": { "entry": … } in the package.json names, else its "exports" or "main", else
src/main.ts, src/index.ts, main.ts, index.ts or the like. What it imports is bundled by esbuild, which is to be
installed: npm install --save-dev esbuild. The file is loaded in a thread, and written only if a host would take it.

Examples:
  stockpile plugin build
  stockpile plugin build ./shelf --out plugins/shelf.mjs
  stockpile plugin build --watch, beside "stockpile server --watch"`,
    )
    .action(async (directory: string | undefined, raw: RawOptions) => {
      const { limit = DEFAULT_LIMIT_S, watch = false, ...options } = raw;
      const build = watch
        ? (await import("./watch/watch-build.js")).watchBuild
        : (await import("./build-plugin.js")).buildPlugin;
      await build(directory ?? ".", { ...options, limitMs: limit * 1000 });
    });
}

type RawOptions = Omit<BuildPluginOptions, "limitMs" | "onAbandoned"> & {
  readonly limit?: number;
  readonly watch?: boolean;
};

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && seconds > 0 && seconds <= MAX_LIMIT_S) return seconds;
  throw new InvalidArgumentError(`Expected seconds, above 0 and up to ${MAX_LIMIT_S}.`);
}
