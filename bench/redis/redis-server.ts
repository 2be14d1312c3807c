import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis6";

/** How long it may take to start, in ms. */
const START_LIMIT_MS = 10_000;

export interface RedisServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server on a free port of this machine, without persistence.
 * @throws {Error} there is none on this machine.
 */
export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "stockpile-bench-"));
  const options = ["--bind", "127.0.0.1", "--port", `${port}`, "--dir", folder, "--save", ""];
  const server = spawn("redis-server", options, { stdio: "ignore" });
  const stop = async (): Promise<void> => {
    if (server.pid !== undefined && server.exitCode === null && server.kill("SIGKILL"))
      await once(server, "exit");
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await once(server, "spawn");
    await answers(port);
    return { port, stop };
  } catch (error) {
    await stop();
    throw new Error(
      "Cannot measure: expected redis-server to start (on Debian: apt-get install redis-server)",
      {
        cause: error,
      },
    );
  }
}

async function answers(port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  const client = new Redis({ port, retryStrategy: () => 10, lazyConnect: true });
  client.on("error", () => undefined); // until it listens
  const connecting = client.ping();
  const limit = sleep(START_LIMIT_MS, undefined, { ref: false });
  await Promise.race([connecting, limit]);
  client.disconnect();
  if (performance.now() > deadline) throw new Error("expected an answer: received none");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of a server that listens on TCP
  server.close();
  await once(server, "close");
  return port;
}
