/** The commands that ask a running server. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";

import type { ListPluginsOptions } from "../list-plugins.js";
import type { SetEntryOptions } from "./entry-commands.js";
import type { ListenOptions } from "./listen-events.js";
import { serverOption, tokenFileOption } from "./server-option.js";
import type { RemoteOptions } from "./server-option.js";

/** Adds `status`, `plugins`, `cache` and `listen`. */
export function addRemoteCommands(program: Command): void {
  addStatusCommand(program);
  addPluginsCommand(program);
  addCacheCommand(program);
  addListenCommand(program);
}

function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("tell how a running server does")
    .showHelpAfterError('(run "stockpile status --help" for help)')
    .addOption(serverOption())
    .option("--json", "print JSON, as in the server's /health and /api/status")
    .addHelpText("after", "\nThe exit code is 1 where the server is down or cannot be reached.")
    .action(async (options: RemoteOptions) => {
      const { printStatus } = await import("./print-status.js");
      process.exitCode = await printStatus(options);
    });
}

function addPluginsCommand(program: Command): void {
  program
    .command("plugins")
    .description("list the plugins of a running server")
    .showHelpAfterError('(run "stockpile plugins --help" for help)')
    .addOption(serverOption())
    .option("--json", "print JSON, as in the server's /health")
    .addHelpText(
      "after",
      `
Examples:
  stockpile plugins
  stockpile plugins --server http://cache.example.org:36623 --json`,
    )
    .action(async (options: ListPluginsOptions) => {
      const { listPlugins } = await import("../list-plugins.js");
      await listPlugins(options);
    });
}

const SEE_CACHE_HELP = '(run "stockpile cache --help" for help)';

function addCacheCommand(program: Command): void {
  const cache = program
    .command("cache")
    .description("look up, store and remove entries of a running server")
    .helpCommand(false)
    .showHelpAfterError(SEE_CACHE_HELP)
    .addHelpText(
      "after",
      `
Storing and removing need the server's token, in STOCKPILE_TOKEN or a file, unless its configuration has openWrites.

Examples:
  stockpile cache set session 42 '{"user":7}' --type application/json --ttl 1m
  stockpile cache get session 42
  stockpile cache set skin steve --file steve.png --type image/png
  stockpile cache get skin steve > steve.png
  stockpile cache delete session 42`,
    );
  addGetCommand(cache);
  addSetCommand(cache);
  addDeleteCommand(cache);
}

function addGetCommand(cache: Command): void {
  cache
    .command("get <category> <key>")
    .description("print the value of an entry; exit code 1 where there is none")
    .showHelpAfterError(SEE_CACHE_HELP)
    .addOption(serverOption())
    .option("--json", "print JSON, with where the value came from")
    .action(async (category: string, key: string, options: RemoteOptions) => {
      const { getEntry } = await import("./entry-commands.js");
      await getEntry(category, key, options);
    });
}

function addSetCommand(cache: Command): void {
  cache
    .command("set <category> <key> [value]")
    .description("store a value: the one given, a file's, or what stdin brings")
    .showHelpAfterError(SEE_CACHE_HELP)
    .addOption(serverOption())
    .addOption(tokenFileOption())
    .option("--file <path>", "file with the value")
    .option("--ttl <duration>", "how long it is fresh, as 10s or 7d (default: the category's)")
    .option("--type <type>", "its content type (default: text/plain; charset=utf-8)")
    .action(async (category: string, key: string, value: string | undefined, options: SetEntryOptions) => {
      if (value !== undefined && options.file !== undefined)
        cache.error("error: a value cannot be used with option '--file <path>'");
      const { setEntry } = await import("./entry-commands.js");
      await setEntry(category, key, value, options);
    });
}

function addDeleteCommand(cache: Command): void {
  cache
    .command("delete <category> <key>")
    .description("remove an entry, also where there is none")
    .showHelpAfterError(SEE_CACHE_HELP)
    .addOption(serverOption())
    .addOption(tokenFileOption())
    .action(async (category: string, key: string, options: RemoteOptions) => {
      const { deleteEntry } = await import("./entry-commands.js");
      await deleteEntry(category, key, options);
    });
}

function addListenCommand(program: Command): void {
  program
    .command("listen")
    .description("print what happens in a running server, as it happens")
    .showHelpAfterError('(run "stockpile listen --help" for help)')
    .addOption(serverOption())
    .option("--count <events>", "end after so many events (default: go on until Ctrl-C)", parseCount)
    .option("--json", "print a line of JSON for each event")
    .action(async (options: ListenOptions) => {
      const { listenEvents } = await import("./listen-events.js");
      await listenEvents(options);
    });
}

function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw new InvalidArgumentError("Expected a number of events, above 0.");
}
