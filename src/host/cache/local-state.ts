import type { CategorySettings } from "./category-settings.js";
import type { HeldEntry } from "./held-entry.js";
import type { LookupOrigin } from "./lookup.js";
import { AbsentKeys } from "./near/absent-keys.js";
import { NearCache } from "./near/near-cache.js";
import type { Lanes } from "./writes/lanes.js";
import type { LeastVersion } from "./writes/least-versions.js";

/** A value that was had before, and where it still is. */
export interface RememberedValue<T> {
  readonly held: HeldEntry<T>;
  readonly source: "near" | "pending" | "backend";
}

/** What this process knows of a category without asking its backend. */
export class LocalState<T> {
  /** `undefined` where the category has no near cache. */
  near: NearCache<T> | undefined;
  readonly absent: AbsentKeys;
  readonly #settings: CategorySettings<T>;
  readonly #pending: Pick<Lanes<T>, "pending">;
  readonly #leastVersion: (key: string) => LeastVersion;

  constructor(
    settings: CategorySettings<T>,
    pending: Pick<Lanes<T>, "pending">,
    leastVersion: (key: string) => LeastVersion,
  ) {
    const { near } = settings;
    this.#settings = settings;
    this.near = near === false ? undefined : new NearCache(near);
    this.absent = new AbsentKeys(settings);
    this.#pending = pending;
    this.#leastVersion = leastVersion;
  }

  /** What the key will have once its writes are done: see `Lanes`. */
  pending(key: string): HeldEntry<T> | "absent" | undefined {
    return this.#pending.pending(key);
  }

  /** What a read of the key that begins now may bring. */
  leastVersion(key: string): LeastVersion {
    return this.#leastVersion(key);
  }

  /** Remembers what was read, loaded or set. Throws what the codec or the schema does, which shows here first. */
  keep(key: string, held: HeldEntry<T>): void {
    this.absent.delete(key);
    if (this.near === undefined) return;
    held.detach();
    this.near.set(key, held);
  }

  /** What it has of a key is stale from now on. */
  expire(key: string, now: number): void {
    this.absent.delete(key);
    this.near?.get(key)?.expire(now, this.#settings.graceMs);
  }

  /** Forgets what it has of a key besides its writes. */
  forget(key: string): void {
    this.near?.delete(key);
    this.absent.delete(key);
  }

  /** As {@link forget}, for every key. */
  forgetAll(): void {
    this.near?.clear();
    this.absent.clear();
  }

  /** The terms have changed under which values are held: begins anew with those of now. */
  renew(): void {
    const { near } = this.#settings;
    this.near = near === false ? undefined : new NearCache(near);
  }

  /** Forgets a value that was to be written and was not. */
  forgetVersion(key: string, version: number): void {
    if (this.near?.get(key)?.writeVersion === version) this.near.delete(key);
  }

  /** The newest value of a key, however old, `read` included, which the backend had. */
  previous(key: string, read: HeldEntry<T> | undefined): HeldEntry<T> | undefined {
    return this.#newest(key, read)?.held;
  }

  /** The newest value of a key that may be answered where it cannot be loaded, `read` included, which the backend had. */
  remembered(key: string, now: number, read: HeldEntry<T> | undefined): RememberedValue<T> | undefined {
    const newest = this.#newest(key, read);
    return newest !== undefined && now < newest.held.graceUntil ? newest : undefined;
  }

  /** What a get is told of the value before, where its own was loaded; `read` as above. */
  before(key: string, read: HeldEntry<T> | undefined): Pick<LookupOrigin, "hadExpired"> {
    const held = this.previous(key, read);
    const hadExpired = held !== undefined && this.#settings.clock.now() >= held.freshUntil;
    return hadExpired ? { hadExpired } : {};
  }

  #newest(key: string, read: HeldEntry<T> | undefined): RememberedValue<T> | undefined {
    const pending = this.#pending.pending(key);
    if (pending === "absent") return undefined;
    let newest: RememberedValue<T> | undefined;
    for (const [source, held] of [
      ["near", this.near?.get(key)],
      ["pending", pending],
      ["backend", read],
    ] as const) {
      if (held !== undefined && held.writeVersion > (newest?.held.writeVersion ?? 0))
        newest = { held, source };
    }
    return newest;
  }
}
