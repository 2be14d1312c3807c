/** `stockpile plugin restart|stop|start|reload`: steering a plugin of a running server. */
import type { PluginAction } from "../../server/api/plugin-resource.js";
import { pluginSchema } from "../fetch-health.js";
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";
import { readAnswer } from "./read-answer.js";
import { readToken } from "./read-token.js";
import { requestServer } from "./request-server.js";
import type { RemoteOptions } from "./server-option.js";
import { withProgress } from "./with-progress.js";

/** A plugin may take its `limits.start`, which is seconds; a native one that opens a large store minutes. */
const TIMEOUT_MS = 300_000;
const MAX_CHARACTERS = 64;

/** What is said while one waits. */
const UNDER_WAY: Readonly<Record<PluginAction, string>> = {
  restart: "Restarting",
  stop: "Stopping",
  start: "Starting",
  reload: "Reloading",
};

/**
 * Does it, and prints what became of the plugin.
 * @throws {Error} it was not done: the server says why, or cannot be reached.
 */
export async function steerPlugin(name: string, action: PluginAction, options: RemoteOptions): Promise<void> {
  const { server, json = false } = options;
  const token = await readToken(options);
  const path = `/api/plugins/${encodeURIComponent(name)}/${action}`;
  const answer = await withProgress(
    `${UNDER_WAY[action]} plugin ${plainText(name, MAX_CHARACTERS)}`,
    requestServer(server, path, { method: "POST", token, timeoutMs: TIMEOUT_MS }),
  );
  const plugin = readAnswer(answer, pluginSchema, "a plugin");
  if (json) process.stdout.write(`${jsonText(plugin)}\n`);
  else {
    const state = plainText(plugin.state, MAX_CHARACTERS);
    process.stdout.write(
      `Plugin ${plainText(plugin.name, MAX_CHARACTERS)} is ${state}, life ${plugin.lives}\n`,
    );
  }
}
