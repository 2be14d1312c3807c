import { readFile } from "node:fs/promises";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import type { ClusterOptions, RedisOptions } from "ioredis";
import { backoff } from "./backoff.js";
import type { RedisParameters, Target, TlsParameters } from "./parameters.js";

/** After how long of silence the system asks whether the other side is still there, in ms. */
const KEEP_ALIVE_MS = 5000;

/** How long a connection that was given up may take to end in good order, in ms. */
const DISCONNECT_TIMEOUT_MS = 100;

/** How long to wait at most before a server that loads its data is asked again, in ms: it says seconds, and often too many. */
const LOADING_RETRY_MS = 250;

/** How often, in ms, a server that is read-only is left for another: each time takes a new connection. */
const LEAVE_INTERVAL_MS = 1000;

/** How often the nodes of a cluster are asked who has which slots, in ms, when nothing else gives reason to. */
const SLOTS_REFRESH_MS = 30_000;

/** Without what ioredis reads a type of replies from. */
export type ConnectOptions = Omit<RedisOptions, "replyMapping">;

/** What every connection to a server with data has in common. */
export async function serverOptions(parameters: RedisParameters): Promise<ConnectOptions> {
  const { username, password, database, tls, connectTimeoutMs, answerTimeoutMs } = parameters;
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: await readTlsFiles(tls) }),
    db: database,
    // Changes arrive at a subscriber's connection, which this version of the protocol has on every server and which
    // ioredis hands on; the push frames of version 3 it drops.
    protocol: 2,
    // Shown by `CLIENT LIST`, to those who wonder whose connections these are.
    connectionName: "stockpile",
    disableClientInfo: true,
    connectTimeout: connectTimeoutMs,
    socketTimeout: answerTimeoutMs,
    keepAlive: KEEP_ALIVE_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    maxLoadingRetryTime: LOADING_RETRY_MS,
    // Nothing waits for a connection, and nothing is sent a second time: the host has deadlines and a queue of its own,
    // and a write that comes again after a newer one would undo it.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: backoff,
    reconnectOnError: leaveReadOnly(),
  };
}

/** How the one server is found: by its address, or by what the Sentinels say. */
export function singleOptions(
  target: Exclude<Target, { mode: "cluster" }>,
  { connectTimeoutMs, answerTimeoutMs }: RedisParameters,
  server: ConnectOptions,
): ConnectOptions {
  if (target.mode === "standalone") return { ...server, ...target.address };
  return {
    ...server,
    name: target.name,
    sentinels: target.sentinels.map((address) => ({ ...address })),
    ...(target.username === undefined ? {} : { sentinelUsername: target.username }),
    ...(target.password === undefined ? {} : { sentinelPassword: target.password }),
    ...(target.tls && server.tls !== undefined ? { sentinelTLS: server.tls } : {}),
    enableTLSForSentinelMode: server.tls !== undefined,
    sentinelCommandTimeout: Math.min(connectTimeoutMs, answerTimeoutMs),
    sentinelRetryStrategy: backoff,
    sentinelReconnectStrategy: backoff,
    failoverDetector: true,
  };
}

/** As above. */
export type ClusterConnectOptions = Omit<ClusterOptions, "redisOptions"> & {
  readonly redisOptions: Omit<ConnectOptions, "retryStrategy" | "enableOfflineQueue">;
};

/** How the nodes of a cluster are found. Commands are sent to them, and redirections followed, by `OperationSender`. */
export function clusterOptions(server: ConnectOptions): ClusterConnectOptions {
  const { retryStrategy: _, enableOfflineQueue: _queue, db: _database, ...redisOptions } = server;
  return {
    redisOptions,
    clusterRetryStrategy: backoff,
    slotsRefreshTimeout: server.connectTimeout ?? KEEP_ALIVE_MS,
    slotsRefreshInterval: SLOTS_REFRESH_MS,
    // For what ioredis itself asks a node that is being connected to; our commands do not pass through it.
    enableOfflineQueue: true,
  };
}

async function readTlsFiles(tls: TlsParameters): Promise<TlsOptions> {
  const { caFile, certFile, keyFile, passphrase, servername, rejectUnauthorized } = tls;
  const [ca, cert, key] = await Promise.all([caFile, certFile, keyFile].map(readOptional));
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized,
  };
}

async function readOptional(path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`Cannot open storage backend "redis": expected to read ${path}: received ${code}`, {
      cause: error,
    });
  }
}

/** Has a connection be made anew when its server has become a replica, so that the new master is looked for. */
function leaveReadOnly(): (error: Error) => boolean {
  let leftAt = -Infinity;
  return (error) => {
    const now = performance.now();
    if (!error.message.startsWith("READONLY") || now - leftAt < LEAVE_INTERVAL_MS) return false;
    leftAt = now;
    return true;
  };
}
