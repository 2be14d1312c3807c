/**
 * One backend of a plugin as the cache sees it, for one set of parameters. It outlives the plugin's lives: each new
 * life opens it again under the same number.
 */
import type { EntryKey, StoredEntry } from "../../contract/backend.js";
import { Operation, operationName } from "../../contract/call-frames.js";
import type { OperationCode } from "../../contract/call-frames.js";
import { ClosedError, PluginLoadError, PluginUnavailableError } from "../../contract/errors.js";
import type { StockpileError } from "../../contract/errors.js";
import { Breaker } from "../calls/breaker.js";
import type { BreakerState } from "../calls/breaker.js";
import type { BackendHandle } from "../calls/backend-handle.js";
import type { CallObserver, CallRequest, CallResult } from "../calls/call.js";
import type { Clock } from "../clock.js";
import type { StorageConfig } from "../config/config.js";
import { chooseBackend } from "./choose-backend.js";
import type { PoisonKeys } from "./poison-keys.js";
import type { PluginSession } from "./session.js";

/** Where the probe looks when a backend has no `ping`: a category no configuration can name. */
const PROBE_KEY: EntryKey = { category: "_stockpile", key: "probe" };
/** What a value is expected to weigh before any has been seen, in bytes. */
const FIRST_EXPECTED_BYTES = 1024;
/** Share of the newest value in the expectation of the next. */
const EXPECTATION_WEIGHT = 1 / 8;

export interface BackendClientOptions {
  /** The number it is opened under in every life. */
  readonly handle: number;
  readonly storage: StorageConfig;
  /** Where the configuration names it, as in `categories.player.storage`. */
  readonly path: string;
  readonly callMs: number;
  readonly clock: Clock;
  readonly poison: PoisonKeys;
  /** Why the plugin serves nothing now, for messages. */
  readonly describeState: () => string;
  readonly onBreaker: (state: BreakerState) => void;
}

export class BackendClient implements BackendHandle, CallObserver {
  readonly handle: number;
  readonly storage: StorageConfig;
  readonly path: string;
  readonly #options: BackendClientOptions;
  readonly #breaker: Breaker;
  #backendId: string | undefined;
  #session: PluginSession | undefined;
  #isOpen = false;
  #abilities: ReadonlySet<string> = new Set();
  #openFailure: StockpileError | undefined;
  #expectedBytes = FIRST_EXPECTED_BYTES;
  #isClosed = false;

  constructor(options: BackendClientOptions) {
    this.handle = options.handle;
    this.storage = options.storage;
    this.path = options.path;
    this.#options = options;
    this.#backendId = options.storage.backend;
    this.#breaker = new Breaker({
      clock: options.clock,
      probe: () => this.#probe(),
      onChange: options.onBreaker,
    });
  }

  get pluginName(): string {
    return this.storage.plugin;
  }

  get backendId(): string {
    return this.#backendId ?? "(only one)";
  }

  get breakerState(): BreakerState {
    return this.#breaker.state;
  }

  /** Why the backend did not open in this life, where it did not. */
  get openFailure(): StockpileError | undefined {
    return this.#openFailure;
  }

  get(key: EntryKey): Promise<StoredEntry | undefined> {
    // A get answers an entry or nothing: read-reply.ts makes no other of its statuses.
    return this.#send(Operation.get, key) as Promise<StoredEntry | undefined>;
  }

  async put(key: EntryKey, entry: StoredEntry): Promise<void> {
    await this.#send(Operation.put, key, entry);
  }

  async purge(key: EntryKey): Promise<void> {
    await this.#send(Operation.purge, key);
  }

  /** Serves from this life on. Resolves when the backend is open in it or has failed to; never rejects. */
  async attach(session: PluginSession): Promise<void> {
    this.#session = session;
    try {
      await this.#open(session);
    } catch (error) {
      if (this.#session !== session) return;
      this.#openFailure = error as StockpileError; // what choosing and opening throw
      this.#breaker.trip();
      return;
    }
    // A new life is evidence enough to ask at once instead of on the timer.
    if (this.#session === session) await this.#breaker.probe();
  }

  /** The life has ended. */
  detach(): void {
    this.#session = undefined;
    this.#isOpen = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#breaker.end();
    this.detach();
  }

  succeeded(resultBytes: number): void {
    if (resultBytes > 0)
      this.#expectedBytes += Math.ceil((resultBytes - this.#expectedBytes) * EXPECTATION_WEIGHT);
    this.#breaker.succeeded();
  }

  failed(): void {
    this.#breaker.failed();
  }

  #send(operation: OperationCode, key: EntryKey, entry?: StoredEntry): Promise<CallResult> {
    const session = this.#session;
    if (session === undefined || !this.#isOpen || this.#breaker.state !== "closed") {
      return Promise.reject(this.#unavailable(operation));
    }
    const refusedMs = this.#options.poison.refusedForMs(this.handle, key.category, key.key);
    if (refusedMs > 0) return Promise.reject(this.#poisoned(operation, key, refusedMs));
    return session.channel.send(this.#request(operation, key, entry), this.#options.callMs);
  }

  #request(operation: OperationCode, { category, key }: EntryKey, entry?: StoredEntry): CallRequest {
    const bytes =
      key.length + (entry?.value.byteLength ?? (operation === Operation.get ? this.#expectedBytes : 0));
    const request = { operation, handle: this.handle, category, subject: key, bytes, observer: this };
    return entry === undefined ? request : { ...request, entry };
  }

  async #open(session: PluginSession): Promise<void> {
    this.#backendId = chooseBackend(this.storage, session);
    const abilities = await session.openBackend(this.handle, this.#backendId, this.storage.parameters);
    if (this.#session !== session) return;
    this.#abilities = new Set(abilities);
    this.#openFailure = undefined;
    this.#isOpen = true;
  }

  /** Opens the backend if it is not, then asks it for a sign of life. */
  async #probe(): Promise<void> {
    const session = this.#session;
    if (session === undefined) throw this.#unavailable(Operation.ping);
    if (!this.#isOpen) await this.#open(session);
    const operation = this.#abilities.has("ping") ? Operation.ping : Operation.get;
    await session.channel.send(this.#request(operation, PROBE_KEY), this.#options.callMs);
  }

  #unavailable(operation: OperationCode): StockpileError {
    const name = operationName(operation);
    const details = { pluginName: this.pluginName, backendId: this.backendId, operation: name };
    const who = `storage backend "${this.backendId}" of plugin "${this.pluginName}"`;
    if (this.#isClosed) return new ClosedError(`Cannot ${name} in ${who}: Stockpile is closed`, details);
    if (this.#session === undefined) {
      return new PluginUnavailableError(
        `Cannot ${name} in ${who}: ${this.#options.describeState()}`,
        details,
      );
    }
    if (this.#openFailure !== undefined) {
      return new PluginUnavailableError(`Cannot ${name} in ${who}: ${this.#openFailure.message}`, {
        ...details,
        cause: this.#openFailure,
      });
    }
    const state = this.#isOpen ? `its breaker is ${this.#breaker.state}` : "it is being opened";
    return new PluginUnavailableError(`Cannot ${name} in ${who}: ${state}`, details);
  }

  #poisoned(
    operation: OperationCode,
    { category, key }: EntryKey,
    refusedMs: number,
  ): PluginUnavailableError {
    const name = operationName(operation);
    return new PluginUnavailableError(
      `Cannot ${name} ${JSON.stringify(key.slice(0, 64))} in category "${category}": this key was executing when plugin ` +
        `"${this.pluginName}" ended more than once: it is refused for another ${Math.ceil(refusedMs)} ms`,
      { pluginName: this.pluginName, backendId: this.backendId, operation: name },
    );
  }
}

/** True for a failure that no other life will mend: the configuration names a backend the plugin does not have. */
export function isChoiceFailure(failure: StockpileError | undefined): boolean {
  return failure instanceof PluginLoadError && failure.operation === "choose";
}
