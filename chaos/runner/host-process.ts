/** A host in a process of its own: started, told what to run, and watched whether it lives. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Cell } from "../cells/cell.js";
import type { HostInput, HostOrder, HostReport } from "../host/host-input.js";
import type { Observation } from "../host/observation.js";
import { settlesWithin } from "../host/settles-within.js";
import type { Sample } from "../host/take-sample.js";
import type { ControlServer } from "./control-server.js";
import { killTrees } from "./offspring.js";
import type { Offspring } from "./offspring.js";

const HOST_FILE = fileURLToPath(new URL("../host/main.js", import.meta.url));
/** In which a host must be ready, in ms: its bystanders start as well. */
const READY_MS = 30_000;
/** In which it must have said what it has seen of a cell, in ms: memory may take most of it. */
const CELL_MS = 120_000;
/** In which it must be gone by itself once it has nothing to do any more, in ms. */
const EXIT_MS = 5000;
/** Standard error kept, in characters: enough for a stack. */
const MAX_STDERR = 4000;

export interface HostOptions {
  readonly control: ControlServer;
  /** What it is counted among. */
  readonly offspring: Offspring;
  readonly input: Omit<HostInput, "token" | "controlPort">;
  readonly nodeArguments?: readonly string[];
}

/** How a host is gone, in words. */
export interface HostEnd {
  readonly gone: string;
}

export class HostProcess {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #reports: AsyncIterator<string>;
  readonly #ended: Promise<HostEnd>;

  private constructor(child: ChildProcess, socket: Socket, ended: Promise<HostEnd>) {
    this.#child = child;
    this.#socket = socket;
    this.#ended = ended;
    this.#reports = createInterface(socket)[Symbol.asyncIterator]();
  }

  /** @throws {Error} it did not get ready. */
  static async start({ control, offspring, input, nodeArguments = [] }: HostOptions): Promise<HostProcess> {
    const token = control.token();
    const connection = control.connection(token);
    const child = spawn(
      process.execPath,
      [
        ...nodeArguments,
        HOST_FILE,
        JSON.stringify({ ...input, token, controlPort: control.port } satisfies HostInput),
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    offspring.add(child);
    let stderr = "";
    // Faults write here as well: what nobody reads would hold them up.
    child.stdout.resume();
    child.stderr
      .setEncoding("utf8")
      .on("data", (text: string) => (stderr = (stderr + text).slice(-MAX_STDERR)));
    const ended = once(child, "close").then(([code, signal]) => ({
      gone: `${signal === null ? `exit code ${code}` : `signal ${signal}`}${stderr === "" ? "" : `: ${reasonIn(stderr)}`}`,
    }));
    const first = Promise.race([connection, ended]);
    const socket = (await settlesWithin(first, READY_MS)) ? await first : { gone: "nothing" };
    if ("gone" in socket) {
      killChild(child);
      throw new Error(`Cannot start a host: expected one that is ready: received ${socket.gone}\n${stderr}`);
    }
    return new HostProcess(child, socket, ended);
  }

  /** What it has seen of the cell, or how it ended in it. It is no good any more after that. */
  async run(number: number, cell: Cell, pace: number): Promise<Observation | HostEnd> {
    const said = await this.#ask({ type: "cell", number, cell, pace });
    return "gone" in said ? said : (said as Extract<HostReport, { type: "seen" }>).observation; // what a cell is answered
  }

  /** What it takes at the moment, or how it has ended. */
  async sample(): Promise<Sample | HostEnd> {
    const said = await this.#ask({ type: "sample" });
    return "gone" in said ? said : (said as Extract<HostReport, { type: "sampled" }>).sample; // as above
  }

  /** Lets it go, and answers what is wrong with how it went; `undefined` where nothing is. */
  async end(): Promise<string | undefined> {
    this.#say({ type: "end" });
    if (!(await settlesWithin(this.#ended, EXIT_MS))) {
      await this.kill();
      return "the host does not exit by itself";
    }
    const ended = await this.#ended;
    return ended.gone === "exit code 0" ? undefined : `the host ended with ${ended.gone}`;
  }

  async kill(): Promise<void> {
    killChild(this.#child);
    await this.#ended;
    this.#socket.destroy();
  }

  async #ask(order: HostOrder): Promise<HostReport | HostEnd> {
    this.#say(order);
    const line = this.#reports.next();
    const isHeard = Promise.race([line, this.#ended]);
    if (!(await settlesWithin(isHeard, CELL_MS))) return { gone: `nothing for ${CELL_MS} ms` };
    const heard = await isHeard;
    if ("gone" in heard) return heard;
    if (heard.done !== true) return JSON.parse(heard.value) as HostReport; // from host/main.ts
    // It closes its socket before it is known how it ended.
    return (await settlesWithin(this.#ended, EXIT_MS)) ? this.#ended : { gone: "its connection broke" };
  }

  #say(order: HostOrder): void {
    this.#socket.write(`${JSON.stringify(order)}\n`);
  }
}

/** With what it has begun: a child process of a plugin's own would go on otherwise. */
function killChild({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) killTrees([pid]);
}

/** Of what Node prints at such an end, the line that says why. */
function reasonIn(stderr: string): string {
  const lines = stderr.trim().split("\n");
  return lines.find((line) => /^\w*Error|^FATAL|^# /.test(line)) ?? lines.at(-1) ?? "";
}
