import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createConnection } from "node:net";
import { until } from "../../support/until.js";

/** A redis-server of the test's own, in memory, on a free loopback port. */
export interface Redis {
  readonly port: number;
  readonly url: string;
  /** Sends a command and answers what comes back, as it is. */
  readonly send: (command: string) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * @param port the port of one that was stopped, to come back as that.
 * @throws {Error} `redis-server` is not installed.
 */
export async function startRedis(port?: number): Promise<Redis> {
  const chosen = port ?? (await freePort());
  const settings = ["--port", String(chosen), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", settings, { stdio: "ignore" });
  let failure: Error | undefined;
  server.on("error", (error) => {
    failure = new Error("Cannot test: expected redis-server to be installed: received none", {
      cause: error,
    });
  });
  let isUp = false;
  const send = (command: string): Promise<string> => exchange(chosen, command);
  await until("redis-server to answer", () => {
    if (failure !== undefined) throw failure;
    void send("PING").then(
      (answer) => (isUp = answer.startsWith("+PONG")),
      () => undefined, // not yet
    );
    return isUp;
  });
  return { port: chosen, url: `redis://127.0.0.1:${chosen}`, send, stop: () => stop(server) };
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
}

async function exchange(port: number, command: string): Promise<string> {
  const socket = createConnection(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    socket.write(`${command}\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
