/**
 * A life in a process of its own.
 *
 * There is no IPC channel of Node's, through which a process can end its host by a few bytes. Frames travel on a pipe
 * each way, and a lifeline brings the pulse and tells the process when the host is gone. Whatever comes is unchecked.
 */
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { messageEndpoint } from "../../contract/message-endpoint.js";
import type { MessageEndpoint } from "../../contract/message-endpoint.js";
import { Pulse } from "../../contract/pulse.js";
import { systemClock } from "../clock.js";
import { captureStream } from "../logs/stream-capture.js";
import { describeEnding, describeProcessEnd } from "./describe-process-end.js";
import { EndReport } from "./end-report.js";
import { FloodGauge } from "./flood-gauge.js";
import { FrameMeter } from "./frame-meter.js";
import { FramePipe } from "./frame-pipe.js";
import { guardedEndpoint } from "./guarded-endpoint.js";
import { killGroup } from "./kill-group.js";
import type { CpuProfile } from "./cpu-profile.js";
import type { Life, LifeEnd, LifeMemory, LifeOptions } from "./life.js";
import { readLifeline } from "./lifeline.js";
import { ErrorTail } from "./out-of-memory.js";
import { ProcessProfiler } from "./process-profiler.js";
import { readEnding } from "./read-ending.js";
import { residentBytesOf } from "./resident-bytes.js";
import { settlesWithin } from "./settles-within.js";
import { spawnPlugin } from "./spawn-plugin.js";
import type { Pipes } from "./spawn-plugin.js";

/** How long after a process's end the last of its pipes may end, in ms. */
const END_APART_MS = 200;

/**
 * How long after its pipes a process's own end may be heard of, in ms: on a machine with more to do than it can, 200
 * were not enough. One that only closes its pipes can do no harm meanwhile.
 */
const EXIT_AFTER_CLOSE_MS = 1000;

/**
 * Bytes of output that count as a frame. What arrives there has gone around the runtime's capture, and is little: with
 * so many, 2.5 MB at once and 25 MB a second.
 */
const OUTPUT_UNIT_BYTES = 128;

export class ProcessLife implements Life {
  readonly endpoint: MessageEndpoint;
  readonly pulse: Pulse = new Pulse();
  readonly canMeasure = true;
  readonly #options: LifeOptions;
  readonly #ending: EndReport;
  readonly #child: ChildProcess;
  readonly #pipes: Pipes | undefined;
  readonly #errorTail = new ErrorTail();
  readonly #gone: Promise<void>;
  readonly #profiler = new ProcessProfiler((request) => void this.#pipes?.lifeline.write(request));
  /** What it has said that it ends for. */
  #lastWord: LifeEnd | undefined;
  /** The number of the signal that it last said it was about to send itself; 0 for none. */
  #ownSignal = 0;
  #lastLook = { at: systemClock.monotonic(), busyMs: 0, ticks: 0 };

  constructor(options: LifeOptions) {
    this.#options = options;
    this.#ending = new EndReport({ onEnd: options.onEnd, drain: () => undefined });
    const { child, pipes } = spawnPlugin(options);
    this.#child = child;
    this.#pipes = pipes;
    this.#gone = this.#watchProcess();
    this.endpoint = pipes === undefined ? messageEndpoint(() => undefined) : this.#connect(pipes);
  }

  utilization(): number {
    const { busyMs, ticks } = this.pulse;
    const last = this.#lastLook;
    this.#lastLook = { at: systemClock.monotonic(), busyMs, ticks };
    // A loop that is blocked says nothing of how busy it is.
    if (ticks === last.ticks) return ticks === 0 ? 0 : 1;
    const share = (busyMs - last.busyMs) / (this.#lastLook.at - last.at);
    return Math.min(1, Math.max(0, share));
  }

  memory(): Promise<LifeMemory | undefined> {
    const { heapBytes, externalBytes } = this.pulse;
    // What the process says of itself, mapped files included, stands only where the kernel is not asked.
    const residentBytes =
      process.platform === "linux" ? residentBytesOf(this.#child.pid) : this.pulse.residentBytes;
    if (residentBytes === undefined || residentBytes === 0) return Promise.resolve(undefined);
    return Promise.resolve({ heapBytes, externalBytes, residentBytes });
  }

  profile(durationMs: number): Promise<CpuProfile | undefined> {
    if (this.#ending.isOver || this.#pipes === undefined) return Promise.resolve(undefined);
    return this.#profiler.profile(durationMs);
  }

  async end(limitMs: number, onGone: () => void): Promise<boolean> {
    this.#ending.silence();
    this.#profiler.end();
    this.#kill();
    this.#destroyPipes();
    const isGone = await settlesWithin(this.#gone, limitMs);
    if (!isGone) {
      this.#child.unref();
      void this.#gone.then(onGone);
    }
    return isGone;
  }

  #connect(pipes: Pipes): MessageEndpoint {
    const onFault = (message: string): undefined => this.#ending.fault(message);
    const meter = new FrameMeter(systemClock);
    const frames = new FramePipe({
      write: pipes.toChild,
      read: pipes.fromChild,
      maxValueBytes: this.#options.boot.maxValueBytes,
      meter,
      onMessage: (message) => this.#take(message),
      onFault,
      onClose: (message) => this.#closed(message),
    });
    this.#capture(pipes);
    readLifeline({
      socket: pipes.lifeline,
      pulse: this.pulse,
      onProfilePiece: (record) => this.#profiler.take(record),
      onOwnSignal: (signal) => (this.#ownSignal = signal),
      onFault,
    });
    for (const event of ["error", "end"]) {
      pipes.lifeline.on(event, () => this.#closed("its lifeline was closed"));
    }
    frames.post(this.#options.boot);
    return guardedEndpoint((read) => messageEndpoint(frames.post, read), {
      isDeaf: () => this.#ending.isOver,
      meter,
      onFault,
    });
  }

  /** Reads what the plugin writes past its logger, and past the runtime's capture of its console. */
  #capture({ stdout, stderr }: Pipes): void {
    for (const [name, stream] of [
      ["stdout", stdout],
      ["stderr", stderr],
    ] as const) {
      const gauge = new FloodGauge(systemClock);
      captureStream(stream, (line) => this.#options.onOutput(name, line));
      stream.on("data", (text: string) => {
        if (name === "stderr") this.#errorTail.push(text);
        if (gauge.isFlooded(Math.ceil(text.length / OUTPUT_UNIT_BYTES)))
          this.#ending.fault(`it floods its ${name}`);
      });
    }
  }

  #take(message: unknown): void {
    const ending = readEnding(message);
    if (ending === undefined) this.endpoint.deliver(message);
    // Nothing is left to say after the last word, and what may be said for ever would be counted nowhere.
    else if (this.#lastWord !== undefined) this.#ending.fault("it says twice what it ends for");
    else this.#lastWord = describeEnding(ending);
  }

  /** Listens to the process itself; resolves when it is gone. */
  #watchProcess(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.on("error", (error) => {
        // It also comes of a signal that could not be sent, which concerns nobody while the process is there.
        if (this.#child.pid !== undefined) return;
        resolve();
        const message = `The plugin's process could not be started: ${error.message}`;
        this.#ending.report({ kind: "load", message, cause: error });
      });
      this.#child.once("exit", (code, signal) => {
        resolve();
        // What it has started and left behind.
        killGroup(this.#child.pid as number); // one that has ended had begun
        void this.#reportExit(code, signal);
      });
    });
  }

  async #reportExit(code: number | null, signal: NodeJS.Signals | null): Promise<void> {
    await this.#hearOut();
    const { saysOutOfMemory } = this.#errorTail;
    const end =
      this.#lastWord ??
      describeProcessEnd({
        code,
        signal,
        isOutOfMemory: saysOutOfMemory,
        // One that it had a listener for has not ended it; another may have.
        isOwnSignal: signal !== null && constants.signals[signal] === this.#ownSignal,
      });
    this.#ending.report(end);
    this.#destroyPipes();
  }

  /** Waits for the last of what the process has sent: its last words, and results that came in time. */
  async #hearOut(): Promise<void> {
    if (this.#ending.isOver || this.#pipes === undefined) return;
    const { fromChild, lifeline, stderr } = this.#pipes;
    const ends = [fromChild, lifeline, stderr].map(async (socket) => {
      if (socket.readableEnded || socket.destroyed) return;
      await new Promise<void>((resolve) => {
        socket.once("end", resolve).once("close", resolve);
      });
    });
    // Whom the process has handed its pipes on to may hold them open.
    await settlesWithin(
      Promise.all(ends).then(() => undefined),
      END_APART_MS,
    );
  }

  /** A process that ends closes its pipes first, before it is known what it died of: that is waited for. */
  #closed(message: string): void {
    if (this.#ending.isOver) return;
    const cancel = systemClock.schedule(() => this.#ending.fault(message), EXIT_AFTER_CLOSE_MS);
    void this.#gone.then(cancel);
  }

  #kill(): void {
    const { pid, exitCode, signalCode } = this.#child;
    const isRunning = pid !== undefined && exitCode === null && signalCode === null;
    if (isRunning) killGroup(pid);
  }

  #destroyPipes(): void {
    for (const socket of Object.values(this.#pipes ?? {}) as Pipes[keyof Pipes][]) socket.destroy();
  }
}
