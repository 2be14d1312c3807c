import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer, connect } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { delimiter } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalOptions {
  readonly cwd: string;
  /** A folder whose commands come before all others. */
  readonly bin: string;
}

/** The port of `stockpile server`, as documents have it. */
const SERVER_PORT = "36623";
/** For a command of a document, in ms: many times what any takes. */
const COMMAND_LIMIT_MS = 60_000;
const LISTEN_LIMIT_MS = 60_000;
/** What a document tells people to do first is done: this test is made of what was built. */
const DONE = /^npm run build(?: && |$)/;
/** Commands that ask the server on the default port. */
const ASKS_SERVER =
  /^stockpile (?:plugins|status|cache|listen|plugin (?:restart|stop|start|reload)|get-id|get-profile|name-history|check-blacklist|login)\b/;
const COMMENT = / +# .*$/;

/**
 * Runs the commands of a document as somebody who types them would. Servers run until it is closed; the ports the
 * document names stand for free ones, on the way in and out.
 */
export class Terminal {
  readonly #options: TerminalOptions;
  readonly #ports = new Map<string, string>();
  readonly #servers: ChildProcess[] = [];

  constructor(options: TerminalOptions) {
    this.#options = options;
  }

  /** Runs one command to its end; one that starts a server of ours, until that listens. */
  async run(line: string): Promise<CommandEnd> {
    const command = line.replace(DONE, "").replace(COMMENT, "");
    if (/^stockpile server\b/.test(command)) {
      this.#ports.delete(SERVER_PORT);
      const port = await this.#port(SERVER_PORT);
      await this.#listen(`${command} --port ${port} --no-banner`, port);
      return { code: 0, stdout: "", stderr: "" };
    }
    if (command.includes(SERVER_PORT) && !this.#ports.has(SERVER_PORT))
      await this.run("stockpile server --dev");
    const port = this.#ports.get(SERVER_PORT);
    const asksServer = ASKS_SERVER.test(command) && !command.includes("--server");
    return this.#end(asksServer ? `${command} --server http://127.0.0.1:${port}` : this.#inward(command));
  }

  /** Starts a server that listens on the port which the document calls `port`. */
  async serve(command: string, port: string): Promise<void> {
    const real = await this.#port(port);
    await this.#listen(this.#inward(command.replace(DONE, "")), real);
  }

  /** Ends the servers. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map(async (server) => {
        if (server.exitCode !== null || server.signalCode !== null) return;
        const exit = once(server, "exit");
        server.kill("SIGKILL");
        await exit;
      }),
    );
  }

  /** The free port that stands for one of the document's. */
  async #port(documented: string): Promise<string> {
    const known = this.#ports.get(documented);
    if (known !== undefined) return known;
    const probe = createServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo; // it listens on a port
    probe.close();
    this.#ports.set(documented, String(port));
    return String(port);
  }

  #inward(text: string): string {
    let result = text;
    for (const [documented, real] of this.#ports) result = result.replaceAll(documented, real);
    return result;
  }

  #outward(text: string): string {
    let result = text;
    for (const [documented, real] of this.#ports) result = result.replaceAll(real, documented);
    return result;
  }

  #spawn(command: string): ChildProcess {
    const { cwd, bin } = this.#options;
    const { FORCE_COLOR: _, STOCKPILE_DEBUG: __, ...env } = process.env;
    const PATH = `${bin}${delimiter}${process.env["PATH"] ?? ""}`;
    // There lies what curl is told besides: it shows no progress to a terminal either.
    const CURL_HOME = bin;
    return spawn("bash", ["-c", command], {
      cwd,
      env: { ...env, PATH, CURL_HOME },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async #end(command: string): Promise<CommandEnd> {
    if (command === "") return { code: 0, stdout: "", stderr: "" };
    const child = this.#spawn(command);
    let [stdout, stderr] = ["", ""];
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const timer = setTimeout(() => child.kill("SIGKILL"), COMMAND_LIMIT_MS);
    const [code] = (await once(child, "close")) as [number | null];
    clearTimeout(timer);
    return { code, stdout: this.#outward(stdout), stderr: this.#outward(stderr) };
  }

  async #listen(command: string, port: string): Promise<void> {
    // `env` takes variables before the command, and is replaced by it: what is killed is the server.
    const child = this.#spawn(`exec env ${command}`);
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
    this.#servers.push(child);
    const endsAt = Date.now() + LISTEN_LIMIT_MS;
    while (!(await answers(Number(port)))) {
      if (child.exitCode !== null || Date.now() > endsAt)
        throw new Error(`"${command}" does not listen on ${port}:\n${said}`);
      await sleep(50);
    }
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
