import { Option } from "commander";
import type { Command } from "commander";

import { LOG_LEVELS, parseJson, parsePort, parseSeconds } from "./argument-parsers.js";
import type { BuildPluginOptions } from "./build-plugin.js";
import type { CheckPluginOptions } from "./check-plugin.js";
import type { DevPluginOptions } from "./dev-plugin.js";
import type { NewPluginOptions } from "./new-plugin.js";
import { addSteeringCommands } from "./remote/add-steering-commands.js";

/** Many times what an import takes, and what somebody who watches waits for without a doubt. */
const DEFAULT_LIMIT_S = 10;

/** Adds `stockpile plugin` and the commands below it: for people who write plugins, and for those who run them. */
export function addPluginCommand(program: Command): void {
  const plugin = program
    .command("plugin")
    .description("make, check and build a plugin of your own, or steer one of a running server")
    .helpCommand(false)
    .showHelpAfterError('(run "stockpile plugin --help" for help)');
  addNewCommand(plugin);
  addCheckCommand(plugin);
  addBuildCommand(plugin);
  addDevCommand(plugin);
  addSteeringCommands(plugin);
}

function addNewCommand(plugin: Command): void {
  plugin
    .command("new <name>")
    .description("make the package of a new plugin, with tests that pass")
    .showHelpAfterError('(run "stockpile plugin new --help" for help)')
    .option("-d, --directory <folder>", "where to make it (default: a folder of its name, here)")
    .option("--title <text>", "its name for people (default: made of the name)")
    .option("--description <text>", "what it is, in a line")
    .option("--author <name>", "who wrote it (default: nobody is named)")
    .option("-y, --yes", "ask nothing")
    .addHelpText(
      "after",
      `
On a terminal it asks for what is not said. The folder must be empty or not be there: nothing is written over.

Examples:
  stockpile plugin new shelf
  stockpile plugin new @acme/shelf --directory plugins/shelf --author "Jane Doe" --yes`,
    )
    .action(async (name: string, options: NewPluginOptions) => {
      const { newPlugin } = await import("./new-plugin.js");
      await newPlugin(name, options);
    });
}

function addBuildCommand(plugin: Command): void {
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

function addCheckCommand(plugin: Command): void {
  const command = plugin
    .command("check [path]")
    .description("check a built plugin: what it says of itself, the contract, and faults")
    .showHelpAfterError('(run "stockpile plugin check --help" for help)');
  addBackendOptions(command)
    .option("--no-faults", "leave out the checks in which the plugin goes wrong, which take half of the time")
    .option("--json", "print JSON")
    .option(
      "--limit <seconds>",
      `how long the import of the plugin may take (default: ${DEFAULT_LIMIT_S})`,
      parseSeconds,
    )
    .addHelpText(
      "after",
      `
The path is the plugin's folder, whose package.json names the built module, or the built file. Nothing of the plugin
runs in this process. "\${folder}" in the parameters becomes an empty folder, another one for each check; where they
lead to one store for all, checks keep to categories of their own. "stockpile": { "check": … } in the package.json
may give backend, options, parameters, isolation, limits and promises, which the command line overrides.

Examples:
  stockpile plugin check
  stockpile plugin check plugins/shelf.mjs --parameters '{ "path": "\${folder}" }' --json`,
    )
    .action(async (path: string | undefined, { limit = DEFAULT_LIMIT_S, ...options }: RawCheckOptions) => {
      const { checkPlugin } = await import("./check-plugin.js");
      await checkPlugin(path ?? ".", { ...options, limitMs: limit * 1000 });
    });
}

function addDevCommand(plugin: Command): void {
  const command = plugin
    .command("dev [directory]")
    .description("serve a plugin while you work on it: each change is built and taken into use")
    .showHelpAfterError('(run "stockpile plugin dev --help" for help)');
  addBackendOptions(command)
    .option("--inspect", "let a debugger attach to the plugin")
    .option("--host <host>", "address to listen on (default: 127.0.0.1)")
    .option("--port <port>", "port to listen on, 0 for any free one (default: 36623)", parsePort)
    .addOption(new Option("--log-level <level>", "least level to log (default: debug)").choices(LOG_LEVELS))
    .option(
      "--limit <seconds>",
      `how long the import of what was built may take (default: ${DEFAULT_LIMIT_S})`,
      parseSeconds,
    )
    .addHelpText(
      "after",
      `
Needs esbuild, as "stockpile plugin build" does. A build that does not pass is told, and the former one goes on. The
settings are those of "stockpile plugin check"; "\${folder}" in the parameters becomes a folder that is removed at the end.

Examples:
  stockpile plugin dev
  stockpile plugin dev ./shelf --parameters '{ "path": "\${folder}" }' --inspect`,
    )
    .action(async (directory: string | undefined, { limit = DEFAULT_LIMIT_S, ...options }: RawDevOptions) => {
      const { devPlugin } = await import("./dev-plugin.js");
      await devPlugin(directory ?? ".", { ...options, limitMs: limit * 1000 });
    });
}

/** What a plugin that a command runs is given, and which of its backends is opened. */
function addBackendOptions(command: Command): Command {
  return command
    .option("--backend <id>", "which of its storage backends (default: the only one)")
    .option("--options <json>", "the plugin's options, as in a configuration", parseJson)
    .option("--parameters <json>", "the backend's parameters, as in a configuration", parseJson)
    .addOption(new Option("--isolation <kind>", "what it runs in").choices(["thread", "process"]));
}

type RawDevOptions = Omit<DevPluginOptions, "limitMs"> & { readonly limit?: number };

type RawCheckOptions = Omit<CheckPluginOptions, "limitMs"> & { readonly limit?: number };

type RawOptions = Omit<BuildPluginOptions, "limitMs" | "onAbandoned"> & {
  readonly limit?: number;
  readonly watch?: boolean;
};
