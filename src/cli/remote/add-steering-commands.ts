import type { Command } from "commander";

import type { PluginAction } from "../../server/api/plugin-resource.js";
import { serverOption, tokenFileOption } from "./server-option.js";
import type { RemoteOptions } from "./server-option.js";

const DESCRIPTIONS: Readonly<Record<PluginAction, string>> = {
  restart: "end the life of a running server's plugin and begin a new one",
  stop: "stop a plugin of a running server until somebody starts it",
  start: "start a plugin of a running server that was stopped",
  reload: "take a plugin's changed module into use without a failed call",
};

/** Adds `restart`, `stop`, `start` and `reload` to `stockpile plugin`. */
export function addSteeringCommands(plugin: Command): void {
  for (const [action, description] of Object.entries(DESCRIPTIONS) as [PluginAction, string][]) {
    plugin
      .command(`${action} <name>`)
      .description(description)
      .showHelpAfterError('(run "stockpile plugin --help" for help)')
      .addOption(serverOption())
      .addOption(tokenFileOption())
      .option("--json", "print JSON, as in the server's /health")
      .addHelpText(
        "after",
        "\nNeeds the server's token, in STOCKPILE_TOKEN or a file. The name is its key in the configuration.",
      )
      .action(async (name: string, options: RemoteOptions) => {
        const { steerPlugin } = await import("./steer-plugin.js");
        await steerPlugin(name, action, options);
      });
  }
}
