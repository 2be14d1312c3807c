import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis6";

/** How long a process may take until it answers, in ms: on a machine under load. */
const START_LIMIT_MS = 15_000;

export type Settings = Readonly<Record<string, string | number | readonly string[]>>;

/** A `redis-server` or `redis-sentinel` of the tests' own, on a free port, with its data in a temporary folder. */
export class RedisProcess {
  readonly port: number;
  readonly folder: string;
  readonly #program: string;
  readonly #settings: Settings;
  #child: ChildProcess | undefined;
  #output = "";

  private constructor(program: string, port: number, settings: Settings) {
    this.#program = program;
    this.port = port;
    this.#settings = settings;
    this.folder = mkdtempSync(join(tmpdir(), "stockpile-redis-"));
  }

  /** Starts one; whoever does stops it. */
  static async start(
    program: "redis-server" | "redis-sentinel",
    settings: Settings = {},
  ): Promise<RedisProcess> {
    const started = new RedisProcess(program, Number(settings["port"] ?? (await freePort())), settings);
    try {
      await started.run();
    } catch (error) {
      await started.stop();
      throw error;
    }
    return started;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `redis://${this.address}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts it, for the first time or again. */
  async run(): Promise<void> {
    const file = join(this.folder, "redis.conf");
    writeFileSync(file, format({ bind: "127.0.0.1", port: this.port, dir: this.folder, ...this.#settings }));
    const child = spawn(this.#program, [file], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream
        .setEncoding("utf8")
        .on("data", (text: string) => (this.#output = (this.#output + text).slice(-4000)));
    }
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error: NodeJS.ErrnoException) => reject(this.#missing(error)));
    });
    await this.#answers(child);
  }

  /** A client of the test's own. Whoever asks for it disconnects it. */
  client(options: object = {}): Redis {
    const client = new Redis({ host: "127.0.0.1", port: this.port, ...options });
    client.on("error", () => undefined); // servers of these tests come and go
    return client;
  }

  /** Runs one command. */
  async command(name: string, ...parts: (string | number | Buffer)[]): Promise<unknown> {
    const client = this.client({ enableReadyCheck: false });
    try {
      return await client.call(name, parts);
    } finally {
      client.disconnect();
    }
  }

  /** `SIGSTOP`: it keeps its connections and answers nothing. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #answers(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null || performance.now() > deadline) {
        throw new Error(`Cannot start ${this.#program}: expected an answer: received ${this.#output}`);
      }
      const client = this.client({
        retryStrategy: null,
        lazyConnect: true,
        enableReadyCheck: false,
        disableClientInfo: true,
        protocol: 2,
      });
      try {
        await client.connect();
        await client.ping();
        return;
      } catch (error) {
        // It wants a password: then it answers.
        if (error instanceof Error && /NOAUTH/.test(error.message)) return;
        await sleep(10);
      } finally {
        client.disconnect();
      }
    }
  }

  #missing(error: NodeJS.ErrnoException): Error {
    if (error.code !== "ENOENT") return error;
    return new Error(
      `Cannot test: expected ${this.#program} to be installed (on Debian: apt-get install redis-server redis-sentinel): received ENOENT`,
    );
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // of a server that listens on TCP
  server.close();
  await once(server, "close");
  return port;
}

function format(settings: Settings): string {
  return Object.entries(settings)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name} ${value}\n`))
    .join("");
}
