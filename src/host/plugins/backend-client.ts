/**
 * One backend of a plugin as the cache sees it, for one set of parameters. It outlives the plugin's lives: each new
 * life opens it again under the same number.
 */
import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../../contract/backend.js";
import { Operation, packKeys } from "../../contract/call-frames.js";
import type { OperationCode } from "../../contract/call-frames.js";
import type { StockpileError } from "../../contract/errors.js";
import { Breaker } from "../calls/breaker.js";
import type { BreakerState } from "../calls/breaker.js";
import type { Ability, BackendHandle, OnReleased } from "../calls/backend-handle.js";
import { ExpectedBytes, sizeOfKeys } from "../calls/entry-size.js";
import type { CallObserver, CallRequest, CallResult } from "../calls/call.js";
import { QueueBudget } from "../calls/queue-budget.js";
import { QueueWatch, type QueueState } from "../calls/queue-watch.js";
import type { StorageConfig } from "../config/config.js";
import { backendChannel } from "../diagnostics/backend-channel.js";
import { BackendReport } from "../diagnostics/backend-report.js";
import type { BackendClientOptions } from "./backend-client-options.js";
import { chooseBackend } from "./choose-backend.js";
import { askForLife, openBackend, type OpenedBackend } from "./opened-backend.js";
import { closed, poisoned, unavailable, unsupported } from "./refusal-errors.js";
import type { PluginSession } from "./session.js";

/** What a scanned key is expected to weigh, in bytes. */
const EXPECTED_KEY_BYTES = 64;

export class BackendClient implements BackendHandle, CallObserver {
  readonly handle: number;
  readonly storage: StorageConfig;
  readonly path: string;
  /** Counts the writes that wait for it. */
  readonly queue: QueueBudget;
  readonly #options: BackendClientOptions;
  readonly #breaker: Breaker;
  readonly #report: BackendReport;
  #backendId: string | undefined;
  #session: PluginSession | undefined;
  /** Where it is open in that life. */
  #opened: OpenedBackend | undefined;
  #abilities: ReadonlySet<string> = new Set();
  #openFailure: StockpileError | undefined;
  readonly #expected = new ExpectedBytes();
  #isClosed = false;
  readonly #servingListeners: (() => void)[] = [];

  constructor(options: BackendClientOptions) {
    this.handle = options.handle;
    this.storage = options.storage;
    this.path = options.path;
    this.#report = new BackendReport(this, options);
    const onChange = (state: QueueState, previous: QueueState): void => this.#report.queue(state, previous);
    this.queue = new QueueBudget(options.limits, new QueueWatch({ clock: options.clock, onChange }));
    this.#options = options;
    this.#backendId = options.storage.backend;
    this.#breaker = new Breaker({
      clock: options.clock,
      probe: () => this.#probe(),
      onChange: (state, previous) => {
        options.onBreaker(state);
        this.#report.breaker(state, previous);
        this.#tellServing();
      },
    });
  }

  get pluginName(): string {
    return this.storage.plugin;
  }

  get backendId(): string | undefined {
    return this.#backendId;
  }

  get breakerState(): BreakerState {
    return this.#breaker.state;
  }

  get isServing(): boolean {
    return this.#opened !== undefined && this.#breaker.state === "closed";
  }

  onServing(listener: () => void): void {
    this.#servingListeners.push(listener);
  }

  has(ability: Ability): boolean {
    return this.#abilities.has(ability);
  }

  /** Why the backend did not open when that was last tried, where it did not. Not masked as a whole. */
  get openFailure(): StockpileError | undefined {
    return this.#openFailure;
  }

  // What each operation answers was checked by answer-of.ts: the casts below say it again.

  get(key: EntryKey): Promise<StoredEntry | undefined> {
    const request = this.#request(
      Operation.get,
      key.category,
      key.key,
      key.key.length + this.#expected.perEntry,
    );
    return this.#send(request, [key]) as Promise<StoredEntry | undefined>;
  }

  async put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    const bytes = key.key.length + entry.value.byteLength;
    const request = this.#request(Operation.put, key.category, key.key, bytes);
    await this.#send({ ...released(request, onReleased), entry }, [key]);
  }

  async purge(key: EntryKey, onReleased?: OnReleased): Promise<void> {
    const request = this.#request(Operation.purge, key.category, key.key, key.key.length);
    await this.#send(released(request, onReleased), [key]);
  }

  async getMany(keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    const bytes = sizeOfKeys(keys) + keys.length * this.#expected.perEntry;
    const entries = await this.#send(this.#request(Operation.getMany, "", packKeys(keys), bytes), keys);
    return entries as readonly (StoredEntry | undefined)[];
  }

  async putMany(
    entries: readonly (readonly [EntryKey, StoredEntry])[],
    onReleased?: OnReleased,
  ): Promise<void> {
    const keys = entries.map(([key]) => key);
    const bytes = entries.reduce((sum, [, { value }]) => sum + value.byteLength, sizeOfKeys(keys));
    await this.#send(released(this.#request(Operation.putMany, "", entries, bytes), onReleased), keys);
  }

  async purgeMany(keys: readonly EntryKey[], onReleased?: OnReleased): Promise<void> {
    const request = this.#request(Operation.purgeMany, "", packKeys(keys), sizeOfKeys(keys));
    await this.#send(released(request, onReleased), keys);
  }

  async scan(query: ScanQuery): Promise<ScanPage> {
    const request = this.#request(Operation.scan, query.category, query, query.limit * EXPECTED_KEY_BYTES);
    return (await this.#send(request, [], "scan")) as ScanPage;
  }

  async clear(category: string, onReleased?: OnReleased): Promise<void> {
    const request = this.#request(Operation.clear, category, undefined, 0);
    await this.#send(released(request, onReleased), [], "clear");
  }

  /** Serves from this life on. Resolves when the backend is open in it or has failed to; never rejects. */
  async attach(session: PluginSession): Promise<void> {
    this.#session = session;
    this.#opened = undefined;
    try {
      await this.#openIn(session);
    } catch {
      if (this.#session === session) this.#breaker.trip();
      return;
    }
    // A new life is evidence enough to ask at once instead of on the timer.
    if (this.#session === session) await this.#breaker.probe();
  }

  /**
   * Opens it in a life that does not serve yet.
   * @throws {PluginLoadError} the plugin has no such backend, its factory failed, or was not done in time.
   */
  async openBeside(session: PluginSession): Promise<OpenedBackend> {
    const backendId = chooseBackend(this.storage, session);
    return openBackend(session, this.handle, backendId, this.storage.parameters);
  }

  /**
   * Serves from this life on, without a moment in which it does not.
   * @param opened Where it is open in that life; what did not open there is tried again at once.
   * @param isProven Whether it has been asked there, and has answered.
   */
  adopt(session: PluginSession, opened: OpenedBackend | undefined, isProven: boolean): void {
    this.#session = session;
    this.#opened = undefined;
    if (opened === undefined) this.#breaker.trip();
    else this.#open(opened);
    if (isProven) this.#breaker.close();
    else void this.#breaker.probeAnew();
  }

  /** The life has ended. */
  detach(): void {
    this.#session = undefined;
    this.#opened = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#breaker.end();
    this.queue.end();
    this.detach();
  }

  succeeded(entryBytes: number): void {
    if (entryBytes > 0) this.#expected.saw(entryBytes);
    this.#breaker.succeeded();
  }

  failed(): void {
    this.#breaker.failed();
  }

  /** @param ability What the backend must have for it, where not every backend has. */
  #send(request: CallRequest, keys: readonly EntryKey[], ability?: string): Promise<CallResult> {
    if (!backendChannel.hasSubscribers) return this.#sendUntold(request, keys, ability);
    const run = (): Promise<CallResult> => this.#sendUntold(request, keys, ability);
    return backendChannel.tracePromise(run, this.#report.call(request, keys));
  }

  #sendUntold(request: CallRequest, keys: readonly EntryKey[], ability?: string): Promise<CallResult> {
    const { operation } = request;
    const session = this.#session;
    if (session === undefined || !this.isServing) {
      return Promise.reject(this.#unavailable(operation));
    }
    if (ability !== undefined && !this.#abilities.has(ability)) {
      return Promise.reject(unsupported(this, operation));
    }
    for (const key of keys) {
      const refusedMs = this.#options.poison.refusedForMs(this.handle, key.category, key.key);
      if (refusedMs > 0) return Promise.reject(poisoned(this, operation, key, refusedMs));
    }
    return session.channel.send(request, this.#options.limits.callMs);
  }

  #request(operation: OperationCode, category: string, subject: unknown, bytes: number): CallRequest {
    return { operation, handle: this.handle, category, subject, bytes, observer: this };
  }

  async #openIn(session: PluginSession): Promise<OpenedBackend> {
    try {
      this.#backendId = chooseBackend(this.storage, session);
      const opened = await openBackend(session, this.handle, this.#backendId, this.storage.parameters);
      if (this.#session === session) this.#open(opened);
      return opened;
    } catch (error) {
      if (this.#session === session) this.#didNotOpen(error as StockpileError); // what that throws
      throw error;
    }
  }

  #open(opened: OpenedBackend): void {
    this.#backendId = opened.backendId;
    this.#abilities = opened.abilities;
    this.#openFailure = undefined;
    this.#opened = opened;
    this.#tellServing();
  }

  #didNotOpen(failure: StockpileError): void {
    const isTold = failure.message === this.#openFailure?.message;
    this.#openFailure = failure;
    if (!isTold) this.#options.onOpenFailure?.(failure);
  }

  #tellServing(): void {
    if (!this.isServing) return;
    for (const listener of this.#servingListeners) listener();
  }

  /** Opens the backend if it is not, then asks it for a sign of life. */
  async #probe(): Promise<void> {
    const session = this.#session;
    if (session === undefined) throw this.#unavailable(Operation.ping);
    const opened = this.#opened ?? (await this.#openIn(session));
    await askForLife(opened, this.#options.limits.callMs, this);
  }

  #unavailable(operation: OperationCode): StockpileError {
    if (this.#isClosed) return closed(this, operation);
    if (this.#session === undefined) return unavailable(this, operation, this.#options.describeState());
    if (this.#openFailure !== undefined)
      return unavailable(this, operation, this.#openFailure.message, this.#openFailure);
    const isOpen = this.#opened !== undefined;
    return unavailable(
      this,
      operation,
      isOpen ? `its breaker is ${this.#breaker.state}` : "it is being opened",
    );
  }
}

function released(request: CallRequest, onReleased: OnReleased | undefined): CallRequest {
  return onReleased === undefined ? request : { ...request, onReleased };
}
