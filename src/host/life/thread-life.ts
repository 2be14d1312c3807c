/**
 * A life in a worker thread: one Piscina with one worker that runs one task, which settles only when the plugin ends.
 *
 * `minThreads: 0` because a pool with a minimum boots a second thread at each crash; `atomics: "disabled"` because
 * otherwise the thread sleeps in `Atomics.wait` between tasks and its timers and ports stand still.
 */
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort, Worker } from "node:worker_threads";
import { Piscina } from "piscina";
import type { MessageEndpoint } from "../../contract/message-endpoint.js";
import { portEndpoint } from "../../contract/port-endpoint.js";
import { Gate, Pulse } from "../../contract/pulse.js";
import { captureStream } from "../logs/stream-capture.js";
import { systemClock } from "../clock.js";
import { describeThreadEnd } from "./describe-thread-end.js";
import { EndReport } from "./end-report.js";
import { FloodGauge } from "./flood-gauge.js";
import { FrameMeter } from "./frame-meter.js";
import { guardNodePort } from "./guard-node-port.js";
import { guardPiscinaPort } from "./guard-piscina-port.js";
import { guardedEndpoint } from "./guarded-endpoint.js";
import type { CpuProfile } from "./cpu-profile.js";
import type { Life, LifeMemory, LifeOptions } from "./life.js";
import { settlesWithin } from "./settles-within.js";
import { ThreadProfiler } from "./thread-profiler.js";

/** The task's file: reached by URL, never imported. */
const WORKER_FILE = new URL("../../worker/entry.cjs", import.meta.url).href;

/**
 * How far the hard heap limit stands above the soft one, in MB. The soft cap is what ends a plugin; some growth
 * aborts the whole process when it meets the hard limit, so that must be out of reach. Address room, not memory.
 */
const HARD_LIMIT_MARGIN_MB = 4096;

/** How often a thread that is loading a native addon is looked at again before it is ended, in ms. */
const GATE_POLL_MS = 10;

/** Frames taken from a thread that has ended: one for its log and some with results. */
const MAX_LAST_FRAMES = 1000;

/** How long after its ports a thread's own end may be heard of, in ms; 1 to 10 were seen. */
const EXIT_AFTER_CLOSE_MS = 200;

/** How long a thread that is being profiled may take for its last answer, in ms, before it is ended all the same. */
const LAST_ANSWER_MS = 100;

/** After which a thread is told again to end that may have missed it, in ms; each further time after twice as long. */
const INSIST_MS = 100;
const LONGEST_INSIST_MS = 86_400_000;

export class ThreadLife implements Life {
  readonly endpoint: MessageEndpoint;
  readonly pulse: Pulse = new Pulse();
  readonly #options: LifeOptions;
  readonly #pool: Piscina;
  readonly #port: MessagePort;
  readonly #thread: Worker;
  #lastUtilization: ReturnType<Worker["performance"]["eventLoopUtilization"]> | undefined;
  readonly #ending: EndReport;
  #isAbandoned = false;
  #isGone = false;
  /** Whether the task was answered over its port: the worker of ours does that only once it was told to stop. */
  #isAnswered = false;
  readonly #gone: Promise<void>;
  readonly #profiler: ThreadProfiler;

  constructor(options: LifeOptions) {
    this.#options = options;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#ending = new EndReport({ onEnd: options.onEnd, drain: () => this.#drain() });
    this.endpoint = this.#guardedEndpoint(port1);
    this.#pool = new Piscina({
      filename: WORKER_FILE,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Infinity,
      atomics: "disabled",
      recordTiming: false,
      env: options.env,
      // Left out, they are the host's own, V8's among them, which cannot be passed on by name.
      ...(options.execArgv.length === 0 ? {} : { execArgv: [...options.execArgv] }),
      resourceLimits: { maxOldGenerationSizeMb: options.memoryMb + HARD_LIMIT_MARGIN_MB },
    });
    // Before the first run: without a listener a crash between tasks would end the process.
    this.#pool.on("error", (error: unknown) => this.#ending.report(describeThreadEnd(error)));
    this.#guardTaskPort();
    this.#thread = this.#startTask(port2);
    this.#gone = this.#watchThread();
    this.#profiler = new ThreadProfiler(this.#thread);
  }

  utilization(): number {
    const current = this.#thread.performance.eventLoopUtilization();
    const last = this.#lastUtilization;
    this.#lastUtilization = current;
    // Without an earlier look, what is asked for is the time since the thread began.
    const { utilization } =
      last === undefined ? current : this.#thread.performance.eventLoopUtilization(current, last);
    return Number.isFinite(utilization) ? Math.min(1, Math.max(0, utilization)) : 0;
  }

  get canMeasure(): boolean {
    return typeof this.#thread.getHeapStatistics === "function";
  }

  async memory(): Promise<LifeMemory | undefined> {
    try {
      const statistics = await this.#thread.getHeapStatistics?.();
      if (statistics === undefined) return undefined;
      return { heapBytes: statistics.used_heap_size, externalBytes: statistics.external_memory };
    } catch {
      // The thread is not running yet or any more.
      return undefined;
    }
  }

  profile(durationMs: number): Promise<CpuProfile | undefined> {
    return this.#profiler.profile(durationMs);
  }

  async end(limitMs: number, onGone: () => void): Promise<boolean> {
    this.#ending.silence();
    this.#port.close();
    // An abandoned thread is ended all the same as soon as it can be.
    void this.#terminate();
    const isGone = await settlesWithin(this.#gone, limitMs);
    if (!isGone) {
      this.#isAbandoned = true;
      this.#thread.unref();
      void this.#gone.then(onGone);
    }
    return isGone;
  }

  async #terminate(): Promise<void> {
    const condemned = this.#condemn();
    const isQuiet = await this.#profiler.stop(LAST_ANSWER_MS);
    await condemned;
    void this.#pool.destroy();
    if (!isQuiet) await this.#insist();
  }

  /** A thread that is just answering the profiler may take its end for that of the question. */
  async #insist(): Promise<void> {
    // Each leaves a listener at the thread until it has gone: ever longer pauses keep these few.
    this.#thread.setMaxListeners(0);
    for (let pauseMs = INSIST_MS; !this.#isGone; pauseMs = Math.min(2 * pauseMs, LONGEST_INSIST_MS)) {
      await this.#pause(pauseMs);
      void this.#thread.terminate();
    }
  }

  /** Waits until no native addon is being loaded, and from then on none will be; or until the thread has gone. */
  async #condemn(): Promise<void> {
    while (!this.#isGone && !this.pulse.moveGate(Gate.open, Gate.condemned)) {
      await this.#pause(GATE_POLL_MS);
    }
  }

  #pause(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, forMs);
      // A process that only waits for a thread it has given up is to exit.
      if (this.#isAbandoned) timer.unref();
    });
  }

  /** Starts the one task; the worker is made at once. */
  #startTask(port: MessagePort): Worker {
    let task: Promise<unknown>;
    try {
      const boot = { ...this.#options.boot, port, pulse: this.pulse.memory };
      task = this.#pool.run(boot, { transferList: [port] });
    } catch (error) {
      // The system grants no further thread. A port that is listened to would keep the process from exiting.
      this.#ending.silence();
      this.#port.close();
      throw error;
    }
    task.then(
      () => this.#ending.fault("its task was answered unasked"),
      (error: unknown) => {
        if (this.#isAnswered) this.#ending.fault("its task was answered unasked, with an error");
        else this.#ending.report(describeThreadEnd(error));
      },
    );
    return this.#pool.threads[0] as Worker; // see above
  }

  #guardedEndpoint(port: MessagePort): MessageEndpoint {
    port.on("close", () => this.#closed("its port was closed"));
    port.on("messageerror", () => this.#ending.fault("a frame cannot be read"));
    const meter = new FrameMeter(systemClock);
    // Node has decoded a message before anybody can be asked: what can be measured is what becomes of it.
    const receive = (deliver: () => void): void => {
      if (this.#ending.isOver) return;
      const fault = meter.take(deliver);
      if (fault !== undefined) this.#ending.fault(fault);
    };
    return guardedEndpoint((read) => portEndpoint(port, read, receive), {
      isDeaf: () => this.#ending.isOver,
      meter,
      onFault: (message) => this.#ending.fault(message),
    });
  }

  #guardTaskPort(): void {
    const gauge = new FloodGauge(systemClock);
    guardPiscinaPort(this.#pool, {
      admit: (message, isKnownTask) => {
        if (this.#ending.isOver) return isTaskMessage(message, isKnownTask);
        if (gauge.isFlooded()) this.#ending.fault("it floods its task's port with frames");
        else if (isTaskMessage(message, isKnownTask)) {
          this.#isAnswered = true;
          return true;
        } else this.#ending.fault("its task's port brought a malformed frame");
        return false;
      },
      onClose: () => this.#closed("its task's port was closed"),
      onMismatch: (message) => this.#ending.report({ kind: "load", message }),
    });
  }

  /** Listens to the thread itself; resolves when it is gone. */
  #watchThread(): Promise<void> {
    const thread = this.#thread;
    const gauge = new FloodGauge(systemClock);
    const nodeGauge = new FloodGauge(systemClock);
    guardNodePort(thread, {
      admit: () => {
        if (!nodeGauge.isFlooded()) return true;
        this.#ending.fault("it floods Node's own port with frames");
        return false;
      },
      onFault: () => this.#ending.fault("a frame on Node's own port cannot be read"),
    });
    thread.on("message", () => {
      if (gauge.isFlooded()) this.#ending.fault("it floods its parent port with frames");
    });
    thread.on("messageerror", () => this.#ending.fault("a frame on its parent port cannot be read"));
    thread.on("error", (error: unknown) => this.#ending.report(describeThreadEnd(error)));
    for (const name of ["stdout", "stderr"] as const) {
      thread[name].unpipe();
      captureStream(thread[name], (line) => this.#options.onOutput(name, line));
    }
    return new Promise((resolve) => {
      thread.once("exit", (code) => {
        this.#isGone = true;
        resolve();
        this.#ending.report({ kind: "exit", message: `The plugin ended its thread with exit code ${code}` });
      });
    });
  }

  /** Takes what the thread had sent before it ended: its last words, and results that came in time. */
  #drain(): void {
    for (let frames = 0; frames < MAX_LAST_FRAMES && !this.#ending.isOver; frames += 1) {
      const last = receiveMessageOnPort(this.#port);
      if (last === undefined) return;
      this.endpoint.deliver(last.message);
    }
  }

  /** A thread that ends closes its ports first, before it is known what it died of: that is waited for. */
  #closed(message: string): void {
    if (this.#ending.isOver) return;
    const cancel = systemClock.schedule(() => this.#ending.fault(message), EXIT_AFTER_CLOSE_MS);
    void this.#gone.then(cancel);
  }
}

function isTaskMessage(message: unknown, isKnownTask: (taskId: unknown) => boolean): boolean {
  return (
    typeof message === "object" && message !== null && "taskId" in message && isKnownTask(message.taskId)
  );
}
