import { UnsupportedError, type ClosedError } from "../../contract/errors.js";
import { AbortListeners } from "./abort-listeners.js";
import type { CategoryHealth } from "./category-health.js";
import type { CategorySettings } from "./category-settings.js";
import { CategoryStatistics } from "./category-statistics.js";
import { EntryCoder, type SealedEntry } from "./entry-coder.js";
import { Gets } from "./gets.js";
import type { LoadSource } from "./load.js";
import type { Loader } from "./loader.js";
import { Loads } from "./loads.js";
import { LocalState } from "./local-state.js";
import { ManyGets } from "./many-gets.js";
import { loaderOfOne } from "./many-loads.js";
import { Reads } from "./reads.js";
import { toBackendFailure } from "./to-backend-failure.js";
import { LeastVersions } from "./writes/least-versions.js";
import { tracedLoader } from "./traced-loader.js";
import { Writes } from "./writes/writes.js";

/** The parts of a category, and what concerns several of them at once. */
export class CategoryParts<T> {
  readonly gets: Gets<T>;
  readonly manyGets: ManyGets<T>;
  readonly writes: Writes<T>;
  readonly abortListeners: AbortListeners = new AbortListeners();
  /** What loads a single key. */
  readonly load: Loader<T> | undefined;
  /** The same, as what loads ahead. */
  readonly loadSource: LoadSource<T>;
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #statistics: CategoryStatistics;
  readonly #leasts: LeastVersions;
  readonly #local: LocalState<T>;
  readonly #reads: Reads<T>;
  readonly #loads: Loads<T>;

  constructor(settings: CategorySettings<T>) {
    const { load, loadMany, name } = settings;
    this.#settings = settings;
    if (load !== undefined) this.load = tracedLoader(name, load);
    else this.load = loadMany === undefined ? undefined : loaderOfOne(name, loadMany);
    this.loadSource = { load: this.load, batch: undefined };
    const coder = new EntryCoder(settings);
    const statistics = new CategoryStatistics(settings);
    const leasts = new LeastVersions(() => settings.writeVersion.next());
    const writes = new Writes(settings, coder, leasts, {
      onRejected: (key, version) => this.#local.forgetVersion(key, version),
      onQuietFailure: (operation, key, error) =>
        statistics.noteFailure(operation, key, toBackendFailure(error, "put", settings)),
    });
    const local = new LocalState(settings, writes.pending, (key) => leasts.of(key));
    const options = { settings, coder, statistics, local };
    const loads = new Loads(options, (key, change, isNewer) => {
      const version = change.kind === "put" ? change.held.writeVersion : settings.writeVersion.next();
      if (isNewer) leasts.raiseLoaded(key, version);
      writes.fill(key, change, version);
    });
    const reads = new Reads(options, loads);
    const gets = new Gets(options, reads, loads, this.abortListeners);
    this.#coder = coder;
    this.#statistics = statistics;
    this.#leasts = leasts;
    this.writes = writes;
    this.#local = local;
    this.#loads = loads;
    this.#reads = reads;
    this.gets = gets;
    this.manyGets = new ManyGets(options, gets, reads, this.abortListeners);
  }

  /**
   * The entry that a value is stored as.
   * @throws {StockpileError} `STOCKPILE_VALUE_INVALID` or `STOCKPILE_VALUE_TOO_LARGE`
   */
  seal(key: string, value: T, ttlMs: number): SealedEntry<T> {
    const payload = this.#coder.encode(key, value);
    const tooLarge = this.#coder.checkSize(key, payload);
    if (tooLarge !== undefined) throw tooLarge;
    const sealed = this.#coder.seal(key, payload, ttlMs);
    if (this.#settings.schema !== undefined || this.#coder.sharesValues) {
      try {
        sealed.held.take();
      } catch (cause) {
        throw this.#coder.undecodable(key, cause);
      }
    }
    return sealed;
  }

  set(key: string, { entry, held }: SealedEntry<T>): Promise<void> {
    this.#raiseGeneration(key);
    this.#local.keep(key, held);
    return this.writes.write(key, { kind: "put", entry, held }, held.writeVersion);
  }

  delete(key: string): Promise<void> {
    this.#raiseGeneration(key);
    this.#local.forget(key);
    return this.writes.write(key, { kind: "purge" }, this.#settings.writeVersion.next());
  }

  expire(key: string): Promise<void> {
    this.#raiseGeneration(key);
    this.#local.expire(key, this.#settings.clock.now());
    return this.writes.write(key, { kind: "expire" }, this.#settings.writeVersion.next());
  }

  clear(): Promise<void> {
    const { backend, name } = this.#settings;
    // One that has no way to do it, or has not told yet, says so before anything is given up for it.
    if (!backend.has("clear") && !backend.has("scan"))
      return backend.clear(name).catch((cause: unknown) => {
        throw cause instanceof UnsupportedError ? cannotClear(name, cause) : cause;
      });
    this.#raiseGenerations();
    this.#local.forgetAll();
    this.#leasts.raiseFloor(this.#settings.writeVersion.next());
    return this.writes.clear();
  }

  invalidate(keys: readonly string[] | "all"): void {
    const version = (): number => this.#settings.writeVersion.next();
    if (keys === "all") {
      this.#raiseGenerations();
      this.#local.forgetAll();
      for (const key of this.writes.pending.pendingKeys().present) this.writes.forgetFill(key, version);
      return;
    }
    for (const key of keys) {
      this.#raiseGeneration(key);
      this.#local.forget(key);
      this.writes.forgetFill(key, version);
    }
  }

  /** Its terms have changed: what is held was made under others, and what is in the air is not kept. */
  renew(): void {
    this.#raiseGenerations();
    this.#local.renew();
  }

  /** It is stored elsewhere from now on: nothing that was read or loaded before is kept. */
  forgetBackend(): void {
    this.#raiseGenerations();
    this.#local.forgetAll();
  }

  health(): CategoryHealth {
    const { pluginName, backendId } = this.#settings.backend;
    const { near } = this.#local;
    return {
      name: this.#settings.name,
      plugin: pluginName,
      ...(backendId === undefined ? {} : { backend: backendId }),
      ...this.#statistics.snapshot(),
      near: { entries: near?.size ?? 0, bytes: near?.bytes ?? 0 },
    };
  }

  /** Ends what is in the air, and forgets what is held. */
  close(error: ClosedError): void {
    this.#reads.close(error);
    this.#loads.close(error);
    // A read that is answered later keeps nothing: what the near cache has would be answered to new calls.
    this.#raiseGenerations();
    this.#local.forgetAll();
  }

  #raiseGeneration(key: string): void {
    this.#reads.raiseGeneration(key);
    this.#loads.raiseGeneration(key);
  }

  #raiseGenerations(): void {
    this.#reads.raiseGenerations();
    this.#loads.raiseGenerations();
  }
}

function cannotClear(category: string, cause: UnsupportedError): UnsupportedError {
  const { pluginName, backendId } = cause;
  return new UnsupportedError(
    `Cannot clear category ${category}: expected a backend with "clear" or "scan": received one with neither`,
    {
      cause,
      operation: "clear",
      ...(pluginName === undefined ? {} : { pluginName }),
      ...(backendId === undefined ? {} : { backendId }),
    },
  );
}
