import type { Transferable } from "node:worker_threads";
import { expose, wrap } from "comlink";
import type { Endpoint, Remote } from "comlink";
import { CALL, CALL_COLUMNS, Operation, Status } from "../../../src/contract/call-frames.js";
import type { CallFrame, ReplyFrame } from "../../../src/contract/call-frames.js";
import type { HostApi, ModuleDescription, Outcome, WorkerApi } from "../../../src/contract/protocol.js";
import { PULSE_TICK_MS, Phase, Pulse } from "../../../src/contract/pulse.js";
import type { Cancel } from "../../../src/host/clock.js";
import type { Life, LifeEnd, LifeMemory, LifeOptions } from "../../../src/host/life/life.js";
import type { FakeClock } from "../../support/fake-clock.js";

/** What a worker of ours describes of a plugin that is as it should be. */
export const DESCRIPTION: ModuleDescription = {
  exports: ["initializePlugin", "metadata"],
  metadata: { name: "Redis", version: "1.0.0" },
  types: { metadata: "object", initializePlugin: "function" },
};

/** A life without a thread: the worker's side is this object, and a test decides what it does. */
export class FakeLife implements Life {
  readonly pulse: Pulse = new Pulse();
  readonly options: LifeOptions;
  readonly endpoint: Endpoint;
  canMeasure = true;
  measured: LifeMemory | undefined = undefined;
  /** The host, as a worker calls it. */
  readonly host: Remote<HostApi>;
  /** What the host has asked, oldest first: `open <handle> <id>`, `stop`, `end`. */
  readonly asked: string[] = [];
  /** Whether its loop stands still. */
  isBlocked = false;
  /** Whether its thread cannot be ended. */
  isStuck = false;
  // What the worker answers; a test may put others in their place.
  openBackend: (handle: number, id: string, parameters: unknown) => Promise<Outcome<readonly string[]>> =
    async () => ({ value: [] });
  invoke: (frame: CallFrame) => Promise<ReplyFrame> = async (frame) => nothingFor(frame);
  stop: () => Promise<Outcome<undefined>> = async () => ({ value: undefined });
  readonly #clock: FakeClock;
  #cancelBeat: Cancel = () => undefined;
  #onGone: (() => void) | undefined;
  #isEnded = false;

  constructor(options: LifeOptions, clock: FakeClock) {
    this.options = options;
    this.#clock = clock;
    const [near, far] = endpointPair(() => this.#isEnded);
    this.endpoint = near;
    this.host = wrap<HostApi>(far);
    const api: WorkerApi = {
      openBackend: (handle, id, parameters) => {
        this.asked.push(`open ${handle} ${id}`);
        return this.openBackend(handle, id, parameters);
      },
      closeBackend: async (handle) => {
        this.asked.push(`close ${handle}`);
        return { value: undefined };
      },
      invoke: (frame) => this.invoke(frame),
      stop: () => {
        this.asked.push("stop");
        return this.stop();
      },
    };
    expose(api, far);
    this.#beat();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Does what a worker does with a plugin that registers these backends and starts well. */
  async becomeReady(backends: readonly string[] = ["main"]): Promise<void> {
    this.pulse.phase = Phase.import;
    await this.host.loaded(DESCRIPTION);
    this.pulse.phase = Phase.initialize;
    for (const id of backends) await this.host.registerStorageBackend(id);
    this.pulse.phase = Phase.serve;
    await this.host.started({ value: undefined });
  }

  /** The carrier ends by itself. */
  fail(end: Partial<LifeEnd> = {}): void {
    if (!this.#isEnded) this.options.onEnd({ kind: "crash", message: "Uncaught: on purpose", ...end });
  }

  /** A stuck thread goes after all. */
  release(): void {
    this.#onGone?.();
  }

  utilization(): number {
    return this.isBlocked ? 1 : 0.25;
  }

  memory(): Promise<LifeMemory | undefined> {
    return Promise.resolve(this.measured);
  }

  async end(limitMs: number, onGone: () => void): Promise<boolean> {
    this.asked.push("end");
    this.#isEnded = true;
    this.#cancelBeat();
    if (!this.isStuck) return true;
    this.#onGone = onGone;
    await new Promise<void>((resolve) => void this.#clock.schedule(resolve, limitMs));
    return false;
  }

  #beat(): void {
    if (!this.isBlocked) this.pulse.tick();
    this.#cancelBeat = this.#clock.schedule(() => this.#beat(), PULSE_TICK_MS);
  }
}

/** A reply with nothing for each call: no entry for a get, success for a write. */
export function nothingFor({ first, rows }: CallFrame): ReplyFrame {
  const calls = rows.length / CALL_COLUMNS;
  const cells = Array.from({ length: calls }, (_, index) => [first + index, Status.none, 0, 0, NaN]);
  return { rows: Float64Array.from(cells.flat()) };
}

/** The operations of a frame, by name and subject. */
export function operationsOf({ rows, subjects }: CallFrame): string[] {
  const names = Object.keys(Operation);
  return subjects.map((subject, index) => {
    const code = rows[index * CALL_COLUMNS + CALL.operation] ?? 0;
    return `${names[code - 1]} ${String(subject)}`;
  });
}

/** Two ends that clone what is posted and hand it over in a microtask; the near one hears nothing once it ended. */
function endpointPair(isEnded: () => boolean): [near: Endpoint, far: Endpoint] {
  const near = new Set<EventListener>();
  const far = new Set<EventListener>();
  return [
    createEndpoint(near, (event) => tell(far, event)),
    createEndpoint(far, (event) => {
      if (!isEnded()) tell(near, event);
    }),
  ];
}

type EventListener = (event: { readonly data: unknown }) => void;

function tell(listeners: ReadonlySet<EventListener>, event: { readonly data: unknown }): void {
  for (const listener of listeners) listener(event);
}

function createEndpoint(own: Set<EventListener>, send: EventListener): Endpoint {
  return {
    postMessage: (message: unknown, transfer: Transferable[] = []) => {
      const data: unknown = structuredClone(message, { transfer });
      queueMicrotask(() => send({ data }));
    },
    addEventListener: (_type: string, listener: unknown) => void own.add(listener as EventListener),
    removeEventListener: (_type: string, listener: unknown) => void own.delete(listener as EventListener),
  };
}
