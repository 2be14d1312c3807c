/** Starts the HTTP server around a Stockpile of its own. */
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import type { Logger } from "pino";

import { Stockpile, systemClock } from "../host/main.js";
import type { Clock, ReconfigureReport } from "../host/main.js";
import type { MojangCache } from "../mojang/main.js";
import { CacheResource } from "./cache-resource.js";
import { CategoryPool } from "./category-pool.js";
import { CertificateWatch } from "./certificate-watch.js";
import { createApp } from "./create-app.js";
import { EventFeed } from "./events/event-feed.js";
import { EventStreams } from "./events/event-streams.js";
import { GrpcEndpoint } from "./grpc/grpc-endpoint.js";
import { FigureHistory } from "./history/figure-history.js";
import { HttpListener } from "./http-listener.js";
import { LiveConfig } from "./live-config.js";
import { isLoopbackAddress } from "./loopback.js";
import { RequestMetrics } from "./metrics/request-metrics.js";
import { mojangDifferences, openMojang } from "./mojang/open-mojang.js";
import { renewTls } from "./renew-tls.js";
import { sectionSchemasOf } from "./section-schemas-of.js";
import { serverConfigSchema } from "./server-config.js";
import type { ServerConfig } from "./server-config.js";
import type { ServerOptions } from "./server-options.js";
import type { TlsMaterial } from "./tls-files.js";

/** Where a server listens. */
export interface ServerAddress {
  /** The IP address that is bound. */
  readonly host: string;
  readonly port: number;
  /** As in `http://127.0.0.1:36623`, without a slash at the end. */
  readonly url: string;
}

/** What the end of a server has left behind. */
export interface ServerClosed {
  /** Threads stuck where they cannot be ended: they keep `process.exit` waiting for ever. */
  readonly abandonedThreads: number;
  /** Queued writes that no backend has acknowledged. */
  readonly undelivered: number;
}

/** A server that listens. */
export interface RunningServer {
  readonly address: ServerAddress;
  readonly stockpile: Stockpile;
  /** What Mojang says, cached; `undefined`: the configuration has no "mojang" section. */
  readonly mojang: MojangCache | undefined;
  /** The configuration's "server" section that the server goes by at the moment, defaults filled in. */
  readonly config: ServerConfig;
  /**
   * Reads the configuration it was started with again, and goes by it: see `Stockpile.reconfigure`. What its "server"
   * section has that is not as when the server was started is logged, and holds from the next start on; but the
   * `token`, and what is in the files of `tls`, holds at once.
   * @throws {ConfigError | PluginLoadError} it is wrong, or cannot be taken. Nothing has changed.
   * @throws {ClosedError}
   */
  reconfigure(): Promise<ReconfigureReport>;
  /**
   * Stops: serves on for `config.drain`, not ready and keeping no connection, then accepts nothing more, lets requests
   * under way end for at most half of `config.stop`, closes the Stockpile. Called again, it answers the same promise.
   */
  close(options?: CloseOptions): Promise<ServerClosed>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** How a server is to stop. */
export interface CloseOptions {
  /** Whether it may serve on for `config.drain` before. Default: true. */
  readonly drain?: boolean;
}

/** Of the stop limit, for requests under way; the rest is for the plugins. */
const REQUESTS_SHARE_OF_STOP = 0.5;

/**
 * Opens a Stockpile and serves it over HTTP.
 * @throws {ConfigError} the configuration is wrong, the "server" section and the files of its `tls` included.
 * @throws {PluginLoadError} a required plugin could not be started.
 * @throws {ListenError} the address cannot be listened on; nothing is left running.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { logger = pino({ level: "silent" }), clock = systemClock } = options;
  let tls: TlsMaterial | undefined;
  const stockpile = await Stockpile.open(options.config, {
    logger,
    clock,
    ...sectionSchemasOf(options.config, { onTls: (read) => (tls = read) }),
  });
  try {
    return await listen(stockpile, { ...options, logger, clock, checkedTls: () => tls });
  } catch (error) {
    await stockpile.close();
    throw error;
  }
}

/** The options with their defaults. */
interface ResolvedOptions extends ServerOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** What was in the files of `tls` when the configuration was last checked: they are not read again to be used. */
  readonly checkedTls: () => TlsMaterial | undefined;
}

/** What changes while a server runs. */
interface ServerState {
  isStopping: boolean;
  isClosing: boolean;
  isLoopbackOnly: boolean;
  /** Its "server" section. */
  readonly live: LiveConfig;
}

async function listen(stockpile: Stockpile, options: ResolvedOptions): Promise<RunningServer> {
  // The host has checked it: here it only gets its type.
  const config = serverConfigSchema.parse(stockpile.serverConfig);
  const live = new LiveConfig(config);
  const state: ServerState = { isStopping: false, isClosing: false, isLoopbackOnly: true, live };
  const certificate = new CertificateWatch(options);
  const tls = config.tls && options.checkedTls();
  if (tls !== undefined) certificate.use(tls.cert);
  const mojang = openMojang(stockpile, options);
  const feed = new EventFeed({ stockpile, mojang, clock: options.clock });
  const events = new EventStreams({ ...options, feed, maxListeners: config.maxEventListeners });
  const history = new FigureHistory({ stockpile, clock: options.clock });
  const listener = createListener(
    { stockpile, mojang, config, state, events, history, tls, certificate },
    options,
  );
  const requestsMs = config.stop * REQUESTS_SHARE_OF_STOP;
  const close = async (drainMs = 0): Promise<ServerClosed> => {
    state.isStopping = true;
    if (drainMs > 0) {
      listener.drain(drainMs + requestsMs);
      await new Promise<void>((resolve) => void options.clock.schedule(resolve, drainMs));
    }
    state.isClosing = true;
    feed.close();
    events.close();
    history.close();
    certificate.close();
    await listener.close(requestsMs);
    await mojang?.close();
    return stockpile.close();
  };
  let closed: Promise<ServerClosed> | undefined;
  const closeOnce = ({ drain: mayDrain = true }: CloseOptions = {}) =>
    (closed ??= close(mayDrain ? config.drain : 0));
  const address = await bind(listener, config, options).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  // What needs an end begins where nothing can fail any more.
  history.begin();
  certificate.begin();
  state.isLoopbackOnly = isLoopbackAddress(address.host);
  options.logger.info({ url: address.url }, "Listening");
  warnOfListeners(config, options.logger);
  if (!state.isLoopbackOnly) warnOfOthers(address, config, options.logger);
  return {
    address,
    stockpile,
    mojang,
    get config() {
      return live.current;
    },
    reconfigure: () => reconfigure({ stockpile, mojang, live, listener, certificate }, options),
    close: closeOnce,
    async [Symbol.asyncDispose]() {
      await closeOnce();
    },
  };
}

/** What another configuration is taken by. */
interface ServerInUse {
  readonly stockpile: Stockpile;
  readonly mojang: MojangCache | undefined;
  readonly live: LiveConfig;
  readonly listener: HttpListener;
  readonly certificate: CertificateWatch;
}

async function reconfigure(server: ServerInUse, options: ResolvedOptions): Promise<ReconfigureReport> {
  const { stockpile, mojang, live } = server;
  const { logger } = options;
  const report = await stockpile.reconfigure(options.config);
  const next = serverConfigSchema.parse(stockpile.serverConfig);
  live.takeToken(next.token);
  const settings = [
    ...live.differences(next, overriddenBy(options)),
    ...mojangDifferences(stockpile, options, mojang),
  ];
  if (settings.length > 0) logger.warn({ settings }, "Settings of the server hold from its next start on");
  renewTls(next.tls, options.checkedTls(), { ...server, logger });
  return report;
}

/** What the options say goes before what the configuration says. */
async function bind(
  listener: HttpListener,
  config: ServerConfig,
  options: ServerOptions,
): Promise<ServerAddress> {
  const bound = await listener.listen(options.host ?? config.host, options.port ?? config.port);
  return toServerAddress(bound, config.tls === undefined ? "http" : "https");
}

/** What a server is made of. */
interface ServerParts {
  readonly stockpile: Stockpile;
  readonly mojang: MojangCache | undefined;
  readonly config: ServerConfig;
  readonly state: Readonly<ServerState>;
  readonly events: EventStreams;
  readonly history: FigureHistory;
  readonly tls: TlsMaterial | undefined;
  readonly certificate: CertificateWatch;
}

function createListener(
  { stockpile, mojang, config, state, events, history, tls, certificate }: ServerParts,
  { logger, clock, ownsGlobals = false }: ResolvedOptions,
): HttpListener {
  const { maxBodyBytes, maxCategories } = config;
  const categories = new CategoryPool(stockpile, maxCategories);
  const metrics = new RequestMetrics();
  const app = createApp({
    cache: new CacheResource({ categories, clock, maxBodyBytes }),
    stockpile,
    categories,
    events,
    history,
    config,
    logger,
    clock,
    isStopping: () => state.isStopping,
    isClosing: () => state.isClosing,
    isLoopbackOnly: () => state.isLoopbackOnly,
    liveConfig: () => state.live.current,
    token: () => state.live.current.token,
    hasOpenWrites: () => config.openWrites && state.isLoopbackOnly,
    mojang,
    metrics,
    certificateExpiresAt: () => certificate.expiresAt,
  });
  return new HttpListener(app, {
    logger,
    maxConnections: config.maxConnections,
    maxBodyBytes,
    requestTimeoutMs: config.requestTimeout,
    keepAliveTimeoutMs: config.keepAliveTimeout,
    ownsGlobals,
    tls,
    grpc: new GrpcEndpoint({
      stockpile,
      mojang,
      logger,
      clock,
      maxListeners: config.maxEventListeners,
      takeTimeoutMs: config.requestTimeout,
      hosts: config.hosts,
      metrics,
    }),
  });
}

/** Those of `/api/events` and those of gRPC, a connection each, leave none for requests and probes then. */
function warnOfListeners({ maxConnections, maxEventListeners }: ServerConfig, logger: Logger): void {
  if (maxConnections > 2 * maxEventListeners) return;
  logger.warn(
    { maxConnections, maxEventListeners },
    "Listeners to events can take every connection: set server.maxConnections above twice server.maxEventListeners",
  );
}

function warnOfOthers({ url }: ServerAddress, { openWrites, hosts }: ServerConfig, logger: Logger): void {
  logger.warn({ url }, "Whoever reaches this address may read every entry");
  if (hosts === undefined)
    logger.warn(
      "Any web page can come here by a name of its own: set server.hosts to the names of this server",
    );
  if (openWrites) logger.warn("Passed over server.openWrites: it holds on loopback addresses alone");
}

/** Settings that the options have taken the place of. */
function overriddenBy(options: ServerOptions): ReadonlySet<keyof ServerConfig> {
  return new Set((["host", "port"] as const).filter((name) => options[name] !== undefined));
}

function toServerAddress({ address, port, family }: AddressInfo, scheme: "http" | "https"): ServerAddress {
  return { host: address, port, url: `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}` };
}
