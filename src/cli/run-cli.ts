/** Reads the command line, runs the command it names and answers the exit code. */
import { Command, CommanderError, Option } from "commander";

import { addConfigCommand } from "./add-config-command.js";
import { addPluginCommand } from "./add-plugin-command.js";
import { LOG_LEVELS, parsePort } from "./argument-parsers.js";
import { packageVersion } from "../server/package-version.js";
import { addMojangCommands } from "./mojang/add-mojang-commands.js";
import { addRemoteCommands } from "./remote/add-remote-commands.js";
import { DEFAULT_HOST, DEFAULT_PORT } from "./remote/server-option.js";
import type { RunServerOptions } from "./run-server.js";

/** The command line is wrong; nothing was done. */
const USAGE_ERROR = 2;

/**
 * Runs one command.
 * @param argv the arguments after the command's name.
 * @returns 0: done. 1: `stockpile status` of a server that is down. 2: the command line is wrong, and stderr says how. `stockpile server` ends the process itself.
 * @throws {Error} the command failed; its message is for the user.
 */
export async function runCli(argv: readonly string[]): Promise<number> {
  const program = createProgram();
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version end the parsing the same way an error does. Commander has told either.
    return error.exitCode === 0 ? 0 : USAGE_ERROR;
  }
}

function createProgram(): Command {
  const program = new Command("stockpile")
    .description("A cache whose storage backends are plugins, each in a thread of its own.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('(run "stockpile --help" for help)')
    .addHelpText(
      "after",
      `
Set STOCKPILE_DEBUG to any value for the stack traces of errors.
Exit codes: 0 done, 1 failed, 2 wrong command line, 137 killed at the stop limit.`,
    );
  addServerCommand(program);
  addRemoteCommands(program);
  addMojangCommands(program);
  addConfigCommand(program);
  addPluginCommand(program);
  addHelpCommand(program);
  return program;
}

function addServerCommand(program: Command): void {
  program
    .command("server")
    .description("run a cache server")
    .showHelpAfterError('(run "stockpile server --help" for help)')
    .addOption(
      new Option(
        "-c, --config <path>",
        "configuration file, or folder of them (default: stockpile.json)",
      ).conflicts("dev"),
    )
    .option("--watch", "for development: take changes of the configuration and of plugins' code into use")
    .option(
      "--dev",
      "built-in configuration with memory storage and a fake Mojang, readable logs from level debug",
    )
    .addOption(new Option("--log-level <level>", "least level to log (default: info)").choices(LOG_LEVELS))
    .option(
      "--host <host>",
      `address to listen on, in place of the configuration's (default: ${DEFAULT_HOST})`,
    )
    .option(
      "--port <port>",
      `port to listen on, 0 for any free one, in place of the configuration's (default: ${DEFAULT_PORT})`,
      parsePort,
    )
    .option("--no-banner", "do not print the address and the table of plugins, only logs")
    .addHelpText(
      "after",
      `
SIGTERM or SIGINT stops the server in order; a second one ends it at once.

Examples:
  stockpile server --dev
  stockpile server --watch
  stockpile server --config /etc/stockpile.json --log-level warn`,
    )
    .action(async (options: RunServerOptions) => {
      const { runServer } = await import("./run-server.js");
      await runServer(options);
    });
}

/** Commander's own prints the whole help for a command it does not know. */
function addHelpCommand(program: Command): void {
  program
    .command("help [command...]")
    .description("print help for a command")
    .action((names: readonly string[]) => {
      let command = program;
      for (const [index, name] of names.entries()) {
        const found = command.commands.find((candidate) => candidate.name() === name);
        if (found === undefined)
          return program.error(`error: unknown command '${names.slice(0, index + 1).join(" ")}'`);
        command = found;
      }
      return command.help();
    });
}
