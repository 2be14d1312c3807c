/** The routes of the server, and what holds for all of them. */
import { Hono } from "hono";
import type { Context, MiddlewareHandler } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";

import { allowOrigins } from "./allow-origins.js";
import { addApiRoutes } from "./api/api-routes.js";
import type { ApiOptions } from "./api/api-routes.js";
import type { CacheResource } from "./cache-resource.js";
import { errorResponse } from "./error-response.js";
import { HttpError } from "./http-error.js";
import { METRICS_CONTENT_TYPE, renderMetrics } from "./metrics/metrics.js";
import type { RequestMetrics } from "./metrics/request-metrics.js";
import { routeLabel } from "./metrics/route-label.js";
import { LegacyResource } from "./legacy/legacy-resource.js";
import { legacyRoutes } from "./legacy/legacy-routes.js";
import { MojangResource } from "./mojang/mojang-resource.js";
import { MOJANG_ROUTES, mojangRoutes } from "./mojang/mojang-routes.js";
import { PageFiles } from "./page/page-files.js";
import { addPageRoutes } from "./page/page-routes.js";
import { publicHealth } from "./public-health.js";
import { refuseCrossSite } from "./refuse-cross-site.js";
import { refuseForeignHost } from "./refuse-foreign-host.js";
import { RefusedWrites } from "./refused-writes.js";
import { checkUrl, rawPath } from "./request-url.js";
import { requireToken } from "./require-token.js";
import type { ServerEnv } from "./server-env.js";

/** What {@link createApp} works with. */
export interface AppOptions extends ApiOptions {
  readonly cache: CacheResource;
  /** True once the server has begun to stop: it is not ready then, and keeps no connection. */
  readonly isStopping: () => boolean;
  /** True once it does not serve the cache any more, but its health alone. */
  readonly isClosing: () => boolean;
  /** True when only this machine can reach the server. */
  readonly isLoopbackOnly: () => boolean;
  /** Whether entries may be changed without the token. */
  readonly hasOpenWrites: () => boolean;
  /** Counts the requests, and is told of with the health. */
  readonly metrics: RequestMetrics;
  /** When the certificate ends, in ms since the epoch; `undefined`: the server shows none. */
  readonly certificateExpiresAt: () => number | undefined;
}

/** Empty segments are routed too, so that they are told apart from a route that does not exist. */
const ENTRY = "/cache/:category{[^/]*}/:key{[^/]*}";
const ROUTES =
  "GET /health, GET /livez, GET /readyz, GET /metrics, /api (see GET /api/openapi.json), and GET, HEAD, PUT, DELETE /cache/<category>/<key>";

/** An app that answers every request, and every failure with JSON. */
export function createApp(options: AppOptions): Hono<ServerEnv> {
  const { config, logger, isStopping, isClosing, isLoopbackOnly } = options;
  const refusedWrites = new RefusedWrites(logger, options.clock);
  const app = new Hono<ServerEnv>({ getPath: rawPath });
  app.use(
    noteRequest(options),
    setCommonHeaders(isStopping),
    refuseForeignHost({ hosts: config.hosts, isLoopbackOnly }),
    checkUrl,
  );
  app.use(refuseCrossSite(config.cors));
  if (config.cors.length > 0) app.use(allowOrigins(config.cors));
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  addStateRoutes(app, options);
  const refuseLate = refuseWhileClosing(isClosing);
  app.use("/cache/*", refuseLate);
  app.use("/api/*", refuseLate);
  addCacheRoutes(app, options);
  addApiRoutes(app, options);
  addMojangRoutes(app, options);
  if (options.config.ui) addPageRoutes(app, PageFiles.read(logger));
  const unknown = routeUnknown(routesOf(options));
  // Answered and not thrown: methodNotAllowed() looks at a 404 only where nothing has failed.
  app.notFound((c) => answerError(c, unknown));
  app.onError((error, c) => {
    const response = answerError(c, error);
    // A backend that fails is no fault of the server's: a line per request would say nothing new.
    if (response.status === 500) logger.error({ err: error }, "Cannot serve request");
    else if (c.req.method === "PUT" || c.req.method === "DELETE") refusedWrites.note(error);
    return response;
  });
  return app;
}

/** How the cache does, for supervisors, monitors and people. */
function addStateRoutes(app: Hono<ServerEnv>, options: AppOptions): void {
  const { stockpile, mojang, metrics, isStopping, certificateExpiresAt } = options;
  app.get("/health", (c) => {
    const health = stockpile.health();
    return c.json(publicHealth(health), health.status === "down" ? 503 : 200);
  });
  // Alive as long as the process can answer: a plugin's trouble is no reason to restart the server.
  app.get("/livez", (c) => c.json({ status: "ok" }));
  // Degraded is still ready, because the cache answers.
  app.get("/readyz", (c) => {
    const status = isStopping() ? "closing" : stockpile.health().status;
    return c.json({ status }, status === "closing" || status === "down" ? 503 : 200);
  });
  app.get("/metrics", async (c) => {
    const state = await renderMetrics({
      ...stockpile.health(),
      upstreams: mojang?.budget() ?? [],
      certificateExpiresAt: certificateExpiresAt(),
    });
    return c.body(`${state}\n${await metrics.render()}`, 200, { "content-type": METRICS_CONTENT_TYPE });
  });
}

function addCacheRoutes(app: Hono<ServerEnv>, options: AppOptions): void {
  const { cache } = options;
  const guardWrite = guardWrites(options);
  app.get(ENTRY, (c) => cache.get(c));
  app.put(ENTRY, guardWrite, (c) => cache.put(c));
  app.delete(ENTRY, guardWrite, (c) => cache.delete(c));
  app.all(`${ENTRY}/:rest{.*}`, refuseSlashInKey);
}

/** Lets those through who may change entries. */
function guardWrites({ token, hasOpenWrites }: AppOptions): MiddlewareHandler<ServerEnv> {
  const needsToken = requireToken(token);
  return (c, next) => (hasOpenWrites() ? next() : needsToken(c, next));
}

function addMojangRoutes(app: Hono<ServerEnv>, options: AppOptions): void {
  const { mojang, logger, clock, isClosing } = options;
  if (mojang === undefined) return;
  app.route("/", mojangRoutes(new MojangResource(mojang, clock), { logger, isClosing }));
  if (!mojang.config.legacyApi) return;
  const guardWrite = guardWrites(options);
  app.route("/", legacyRoutes(new LegacyResource(mojang, clock), { logger, guardWrite, isClosing }));
}

function refuseWhileClosing(isClosing: () => boolean): MiddlewareHandler<ServerEnv> {
  return async (_c, next) => {
    if (isClosing())
      throw new HttpError(503, "STOCKPILE_CLOSED", "Cannot serve request: the server is stopping");
    await next();
  };
}

function noteRequest({ logger, metrics }: AppOptions): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    const startedAt = performance.now();
    await next();
    const elapsedMs = performance.now() - startedAt;
    const { method } = c.req;
    const { status } = c.res;
    metrics.noteRequest({ method, route: routeLabel(c), status, elapsedMs });
    const target = c.env.incoming.url?.slice(0, 256);
    logger.debug({ method, target, status, elapsedMs: Math.round(elapsedMs) }, "Served");
  };
}

/** Values change at any time, and no other site is to read or embed them. */
function setCommonHeaders(isStopping: () => boolean): MiddlewareHandler<ServerEnv> {
  return async (c, next) => {
    c.header("cache-control", "no-store");
    c.header("x-content-type-options", "nosniff");
    c.header("cross-origin-resource-policy", "same-origin");
    await next();
    if (isStopping()) c.header("connection", "close");
  };
}

function refuseMethod(c: Context<ServerEnv>, methods: readonly string[]): never {
  const allow = methods.join(", ");
  throw new HttpError(
    405,
    "STOCKPILE_METHOD_NOT_ALLOWED",
    `Cannot use method ${c.req.method.slice(0, 32)} here: expected one of ${allow}`,
    { headers: { allow } },
  );
}

function refuseSlashInKey(): never {
  throw new HttpError(
    400,
    "STOCKPILE_KEY_INVALID",
    "Cannot use path: expected /cache/<category>/<key>, with each slash of the key written as %2F",
  );
}

/** The routes of this server, for who has asked for another. */
function routesOf({ config, mojang }: AppOptions): string {
  return [
    ROUTES,
    ...(mojang === undefined ? [] : [MOJANG_ROUTES]),
    ...(mojang?.config.legacyApi === true ? ["/v1/"] : []),
    ...(config.ui ? ["GET /ui/"] : []),
  ].join("; ");
}

function routeUnknown(routes: string): HttpError {
  return new HttpError(404, "STOCKPILE_ROUTE_UNKNOWN", `Cannot find route: expected one of ${routes}`);
}

function answerError(c: Context, error: unknown): Response {
  const { status, headers, body } = errorResponse(error);
  return c.json(body, status, { ...headers });
}
