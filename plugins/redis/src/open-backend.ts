import { setTimeout as sleep } from "node:timers/promises";
import type { BackendContext } from "@stockpile/core/plugin";
import { clusterOptions, serverOptions, singleOptions } from "./client-options.js";
import type { ConnectOptions } from "./client-options.js";
import { ClusterServers } from "./cluster-servers.js";
import { ConnectionLog } from "./connection-log.js";
import { KeySpace } from "./key-space.js";
import type { Address, RedisParameters } from "./parameters.js";
import { RedisBackend } from "./redis-backend.js";
import { RedisFailure, codeOf } from "./redis-failure.js";
import type { Servers, ServersOptions } from "./servers.js";
import { Shortfall } from "./shortfall.js";
import { SingleServer } from "./single-server.js";
import { Watches } from "./watches.js";

/** What waiting does not mend: the configuration, or that of Redis, is to be changed. */
const MISTAKES =
  /^(?:WRONGPASS|NOAUTH|NOPERM)|^ERR (?:invalid password|DB index|AUTH|Client sent AUTH|This instance has cluster support disabled|unknown (?:sub)?command)/;

/**
 * Opens a backend: waits until there is a connection, or an attempt to get one has failed, and for `connectTimeoutMs` at
 * most, as a server that is paused accepts a connection and answers nothing. A server that is not there is no reason not
 * to open: its calls fail until it is.
 * @throws {RedisFailure} the server refuses the user, the database or what is needed to hear of changes.
 */
export async function openBackend(
  parameters: RedisParameters,
  { logger, invalidate }: Pick<BackendContext, "logger" | "invalidate">,
): Promise<RedisBackend> {
  const options = await serverOptions(parameters);
  const space = new KeySpace(parameters.prefix);
  const watches = parameters.invalidate ? new Watches({ options, space, logger, invalidate }) : undefined;
  const log = new ConnectionLog(logger, "connection to Redis");
  let isReleased = false;
  const servers = connect(parameters, options, {
    onReady(link) {
      if (isReleased) return;
      log.ready(link.address);
      watches?.begin(link);
    },
    onLost(link, reason) {
      if (isReleased) return;
      log.lost(link.address, reason);
      watches?.end(link);
    },
    onGone(link) {
      log.forget(link.address);
      watches?.end(link);
    },
  });
  const release = (): void => {
    isReleased = true;
    watches?.close();
    servers.close();
  };
  const failure = await within(parameters.connectTimeoutMs, firstMistake(servers, watches));
  if (failure !== undefined) {
    release();
    throw new RedisFailure('open storage backend "redis"', failure);
  }
  return new RedisBackend(servers, space, release);
}

function connect(parameters: RedisParameters, options: ConnectOptions, own: ServersOptions): Servers {
  const { target } = parameters;
  if (target.mode === "cluster") {
    return new ClusterServers(`cluster ${list(target.nodes)}`, target.nodes, clusterOptions(options), own);
  }
  const label =
    target.mode === "standalone"
      ? list([target.address])
      : `master ${target.name} of ${list(target.sentinels)}`;
  return new SingleServer(label, singleOptions(target, parameters, options), own);
}

/** The first thing that waiting does not mend; `undefined` where there is none. */
async function firstMistake(servers: Servers, watches: Watches | undefined): Promise<Shortfall | undefined> {
  const shortfall = await servers.opened;
  if (shortfall !== undefined) return MISTAKES.test(shortfall.received) ? shortfall : undefined;
  const refused = await watches?.started();
  if (refused === undefined || !MISTAKES.test(refused.message)) return undefined;
  const expected = 'to hear of changes by others ("invalidate": false does without)';
  return new Shortfall(expected, refused.message, codeOf(refused));
}

/** What comes of it, or `undefined` where it takes longer. */
async function within<T>(limitMs: number, result: Promise<T>): Promise<T | undefined> {
  const settled = new AbortController();
  // It is aborted when it is no longer needed, which is not worth a word.
  const over = sleep(limitMs, undefined, { signal: settled.signal }).catch(() => undefined);
  try {
    return await Promise.race([result, over]);
  } finally {
    settled.abort();
  }
}

function list(addresses: readonly Address[]): string {
  return addresses
    .map(({ host, port }) => (host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`))
    .join(", ");
}
