/** The routes under `/api`. `openapi-document.ts` describes them, and a test holds the two together. */
import type { Context, Hono } from "hono";
import type { Logger } from "pino";

import type { Clock, Stockpile } from "../../host/main.js";
import type { MojangCache } from "../../mojang/main.js";
import type { CategoryPool } from "../category-pool.js";
import type { EventStreams } from "../events/event-streams.js";
import type { FigureHistory } from "../history/figure-history.js";
import { packageVersion } from "../package-version.js";
import { requireToken } from "../require-token.js";
import type { ServerConfig } from "../server-config.js";
import type { ServerEnv } from "../server-env.js";
import { CategoryResource } from "./category-resource.js";
import { openApiDocument } from "./openapi-document.js";
import { LEGACY_OPERATIONS, MOJANG_OPERATIONS } from "./openapi-mojang-operations.js";
import { OPERATIONS } from "./openapi-operations.js";
import type { Operation } from "./openapi-operations.js";
import { PLUGIN_ACTIONS, PluginResource } from "./plugin-resource.js";
import type { StatusView } from "./status-view.js";
import { viewServerConfig } from "./view-server-config.js";

/** What {@link addApiRoutes} works with. */
export interface ApiOptions {
  readonly stockpile: Stockpile;
  readonly categories: CategoryPool;
  readonly events: EventStreams;
  readonly history: FigureHistory;
  /** The "server" section that the server was started with. */
  readonly config: ServerConfig;
  /** The one it goes by now. */
  readonly liveConfig: () => ServerConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** What Mojang says, where the configuration has a "mojang" section: its endpoints are served then. */
  readonly mojang?: MojangCache | undefined;
  /** What a client has to send to change anything; `undefined`: nobody can. */
  readonly token: () => string | undefined;
}

/** Empty segments are routed too, so that they are told apart from a route that does not exist. */
const ENTRY = "/api/categories/:category{[^/]*}/entries/:key{[^/]*}";

/** Adds them to an app whose paths are raw. */
export function addApiRoutes(app: Hono<ServerEnv>, options: ApiOptions): void {
  const { stockpile, categories, events, history, logger, clock, token } = options;
  const startedAt = clock.now();
  const needsToken = requireToken(token);
  app.get("/api/openapi.json", (c) => c.json(openApiDocument(operationsOf(options))));
  app.get("/api/status", (c) => c.json(describeStatus(options, startedAt)));
  app.get("/api/config", (c) => showConfig(c, options));
  app.get("/api/events", (c) => events.serve(c));
  app.get("/api/history", (c) => history.serve(c));

  const plugins = new PluginResource(stockpile, logger);
  app.get("/api/plugins", (c) => plugins.list(c));
  app.get("/api/plugins/:plugin", (c) => plugins.get(c));
  // What a plugin has logged is in it, and nobody knows what that is.
  const maySeeReports = requireToken(token, "show a crash report");
  app.get("/api/plugins/:plugin/report", maySeeReports, (c) => plugins.report(c));
  for (const action of PLUGIN_ACTIONS)
    app.post(`/api/plugins/:plugin/${action}`, needsToken, (c) => plugins.steer(c, action));

  const entries = new CategoryResource(stockpile, categories);
  app.get("/api/categories", (c) => entries.list(c));
  app.get(ENTRY, (c) => entries.lookUp(c));
  app.delete(ENTRY, needsToken, (c) => entries.delete(c));
}

/** Those that this server has. */
function operationsOf({ mojang }: ApiOptions): readonly Operation[] {
  if (mojang === undefined) return OPERATIONS;
  return [...OPERATIONS, ...MOJANG_OPERATIONS, ...(mojang.config.legacyApi ? LEGACY_OPERATIONS : [])];
}

function describeStatus({ stockpile, events, mojang }: ApiOptions, startedAt: number): StatusView {
  const { status, at } = stockpile.health();
  return {
    name: "Stockpile",
    version: packageVersion(),
    node: process.version,
    status,
    at,
    startedAt,
    eventListeners: events.count,
    ...(mojang === undefined ? {} : { upstreams: mojang.budget() }),
  };
}

function showConfig(c: Context<ServerEnv>, { stockpile, liveConfig, mojang }: ApiOptions): Response {
  const sections = {
    server: viewServerConfig(liveConfig()),
    ...(mojang === undefined ? {} : { mojang: mojang.config }),
  };
  const masked = JSON.stringify(sections, (_key, value: unknown) =>
    typeof value === "string" ? stockpile.maskSecrets(value) : value,
  );
  return c.json({ ...stockpile.configuration, ...(JSON.parse(masked) as object) });
}
