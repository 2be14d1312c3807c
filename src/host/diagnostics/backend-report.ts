import type { EntryKey } from "../../contract/backend.js";
import { operationName } from "../../contract/call-frames.js";
import type { BreakerState } from "../calls/breaker.js";
import type { CallRequest } from "../calls/call.js";
import type { QueueBudget } from "../calls/queue-budget.js";
import type { QueueState } from "../calls/queue-watch.js";
import type { Clock } from "../clock.js";
import type { BackendMessage } from "./backend-channel.js";
import type { BackendEvent, QueueEvent } from "./events.js";
import { stateChannels } from "./state-channels.js";

/** What is reported. */
export interface ReportedBackend {
  readonly pluginName: string;
  /** `undefined` while the configuration leaves it to the plugin and that has not started. */
  readonly backendId: string | undefined;
  readonly storage: { readonly parametersKey: string };
  readonly queue: Pick<QueueBudget, "writes" | "bytes">;
}

/** Tells of one backend: how its breaker and its queue stand, and what it is called with. */
export class BackendReport {
  readonly #backend: ReportedBackend;
  readonly #clock: Clock;
  readonly #onQueue: ((event: QueueEvent) => void) | undefined;

  constructor(
    backend: ReportedBackend,
    { clock, onQueue }: { readonly clock: Clock; readonly onQueue?: (event: QueueEvent) => void },
  ) {
    this.#backend = backend;
    this.#clock = clock;
    this.#onQueue = onQueue;
  }

  breaker(state: BreakerState, previous: BreakerState): void {
    if (!stateChannels.breaker.hasSubscribers) return;
    stateChannels.breaker.publish({ ...this.#event(), state, previous });
  }

  queue(state: QueueState, previous: QueueState): void {
    const { writes, bytes } = this.#backend.queue;
    this.#onQueue?.({ ...this.#event(), state, previous, queuedWrites: writes, queuedBytes: bytes });
  }

  /** What subscribers are told of a call. */
  call({ operation, category, subject }: CallRequest, keys: readonly EntryKey[]): BackendMessage {
    return {
      ...this.#name(),
      operation: operationName(operation),
      // A call for several keys says it with each of them; the cache makes none across categories.
      category: keys[0]?.category ?? category,
      ...(typeof subject === "string" ? { key: subject } : {}),
      ...(typeof subject !== "string" && keys.length > 0 ? { keys: keys.map(({ key }) => key) } : {}),
    };
  }

  #event(): BackendEvent {
    return {
      ...this.#name(),
      parametersKey: this.#backend.storage.parametersKey,
      at: this.#clock.now(),
    };
  }

  #name(): Pick<BackendEvent, "plugin" | "backend"> {
    const { pluginName: plugin, backendId: backend } = this.#backend;
    return backend === undefined ? { plugin } : { plugin, backend };
  }
}
