/** `/api/plugins`: looking at plugins and steering them by hand. */
import type { Context } from "hono";
import type { Logger } from "pino";

import type { Stockpile } from "../../host/main.js";
import { HttpError } from "../http-error.js";
import { publicHealth } from "../public-health.js";
import type { PublicHealth } from "../public-health.js";
import type { ServerEnv } from "../server-env.js";
import { readCrashReport } from "./crash-report.js";

/** What can be done to a plugin: methods of the host's `Plugins`. */
export const PLUGIN_ACTIONS = ["restart", "stop", "start", "reload"] as const;

/** One of {@link PLUGIN_ACTIONS}. */
export type PluginAction = (typeof PLUGIN_ACTIONS)[number];

/** Serves plugins. Every method may reject with an {@link HttpError} or a `StockpileError`. */
export class PluginResource {
  readonly #stockpile: Stockpile;
  readonly #logger: Logger;

  constructor(stockpile: Stockpile, logger: Logger) {
    this.#stockpile = stockpile;
    this.#logger = logger;
  }

  /** 200 with every plugin, as `/health` has them. */
  list(c: Context<ServerEnv>): Response {
    return c.json({ plugins: this.#plugins() });
  }

  /** 200 with one plugin, or 404. */
  get(c: Context<ServerEnv>): Response {
    return c.json(this.#find(c.req.param("plugin") ?? ""));
  }

  /** 200 with the crash report of a plugin's last failure, or 404. */
  async report(c: Context<ServerEnv>): Promise<Response> {
    const text = await readCrashReport(this.#find(c.req.param("plugin") ?? ""));
    return c.body(text, 200, { "content-type": "application/json" });
  }

  /** 200 with the plugin as it is once that is done: a start has ended then, well or with an error. */
  async steer(c: Context<ServerEnv>, action: PluginAction): Promise<Response> {
    const { name } = this.#find(c.req.param("plugin") ?? "");
    refuseBody(c);
    this.#logger.info(
      { plugin: name, action, remoteAddress: c.env.incoming.socket.remoteAddress },
      `Asked to ${action} plugin "${name}"`,
    );
    await this.#stockpile.plugins[action](name);
    return c.json(this.#find(name));
  }

  #plugins(): PublicHealth["plugins"] {
    return publicHealth(this.#stockpile.health()).plugins;
  }

  #find(name: string): PublicHealth["plugins"][number] {
    const plugins = this.#plugins();
    const plugin = plugins.find((each) => each.name === name);
    if (plugin !== undefined) return plugin;
    const names = plugins.map((each) => `"${each.name}"`).join(", ");
    throw new HttpError(
      404,
      "STOCKPILE_PLUGIN_UNKNOWN",
      `There is no plugin "${name.slice(0, 64)}": expected one of ${names}`,
    );
  }
}

/** Nothing is taken from a body: who sends options with a reload must not believe that they hold. */
function refuseBody(c: Context<ServerEnv>): void {
  const length = c.req.header("content-length") ?? "0";
  if (length === "0" && c.req.header("transfer-encoding") === undefined) return;
  throw new HttpError(
    400,
    "STOCKPILE_REQUEST_INVALID",
    "Cannot take body: expected none, as a plugin's settings come from the configuration",
  );
}
