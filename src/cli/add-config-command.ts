import type { Command } from "commander";

const SEE_HELP = '(run "stockpile config --help" for help)';

/** Adds `stockpile config` with its commands. */
export function addConfigCommand(program: Command): void {
  const config = program
    .command("config")
    .description("check a configuration, or print its JSON Schema")
    .helpCommand(false)
    .showHelpAfterError(SEE_HELP)
    .addHelpText(
      "after",
      `
Examples:
  stockpile config check stockpile.json
  stockpile config check /etc/stockpile.d
  stockpile config schema > stockpile.schema.json`,
    );
  config
    .command("check <path>")
    .description("check a configuration file, or a folder of them, and start nothing")
    .showHelpAfterError(SEE_HELP)
    .addHelpText(
      "after",
      `
Checks everything that "stockpile server" checks before it starts, its section "server" included, and prints what it
found: exit code 0. Of a wrong configuration it lists every mistake: exit code 1. The environment variables that the
configuration refers to must be set; what they hold is not shown. The "options" of a plugin and the "parameters" of a
storage are for the plugin to check, when it starts.`,
    )
    .action(async (path: string) => {
      const { checkConfigCommand } = await import("./check-config-command.js");
      await checkConfigCommand(path);
    });
  config
    .command("schema")
    .description("print the JSON Schema of configurations, for editors")
    .showHelpAfterError(SEE_HELP)
    .action(async () => {
      const { printConfigSchema } = await import("./print-config-schema.js");
      printConfigSchema();
    });
}
