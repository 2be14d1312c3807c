import { TransientMap } from "../../transient-map.js";

/** Keys remembered at a time: some 10 MB. Beyond that the whole category is held to one version. */
export const MAX_LEAST_VERSIONS = 100_000;

/** What a read of one key may bring. */
export interface LeastVersion {
  /** An entry of an earlier version is none. */
  readonly present: number;
  /** An entry of an earlier version has expired. */
  readonly fresh: number;
}

/** What is demanded of one key: by its latest write, by its latest expiry, and by what was loaded since. */
interface Demand extends LeastVersion {
  readonly loaded: number;
}

/**
 * Which versions of a key's entry this process may return: not what came before its own latest write, until the
 * backend has acknowledged that one. Bounded: when too many keys are remembered they are all forgotten, and the
 * earliest version of every key rises to now; so older entries count as misses, which is never wrong.
 */
export class LeastVersions {
  readonly #byKey = new TransientMap<string, Demand>();
  readonly #nextVersion: () => number;
  /** What holds for every key. */
  #floor: LeastVersion = { present: 0, fresh: 0 };

  /** @param nextVersion Answers a version above all there are. */
  constructor(nextVersion: () => number) {
    this.#nextVersion = nextVersion;
  }

  of(key: string): LeastVersion {
    const own = this.#byKey.size === 0 ? undefined : this.#byKey.get(key);
    if (own === undefined) return this.#floor;
    const present = Math.max(own.present, own.loaded, this.#floor.present);
    return { present, fresh: Math.max(own.fresh, present) };
  }

  /** The key was written. */
  raise(key: string, version: number): void {
    this.#set(key, { present: version, fresh: version, loaded: 0 });
  }

  /** The key was expired: what it had may be returned, as stale. */
  raiseFresh(key: string, version: number): void {
    const { present = 0, loaded = 0 } = this.#byKey.get(key) ?? {};
    this.#set(key, { present, fresh: version, loaded });
  }

  /** The key was loaded anew: what it had may not be returned. */
  raiseLoaded(key: string, version: number): void {
    const { present = 0, fresh = 0 } = this.#byKey.get(key) ?? {};
    this.#set(key, { present, fresh, loaded: version });
  }

  /** What was loaded is outdated itself: it demands nothing any more. */
  withdrawLoaded(key: string): void {
    const own = this.#byKey.get(key);
    if (own === undefined) return;
    if (own.present === 0 && own.fresh === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, { ...own, loaded: 0 });
  }

  /** The backend has this version of the key's entry, or a later one. */
  acknowledge(key: string, version: number): void {
    const own = this.#byKey.get(key);
    if (own !== undefined && own.fresh <= version && own.loaded <= version) this.#byKey.delete(key);
  }

  /** Nothing before `version` is returned for any key, for good: a late write of an ended life may yet bring it up. */
  raiseFloor(version: number): void {
    if (version > this.#floor.present) this.#floor = { present: version, fresh: version };
  }

  #set(key: string, demand: Demand): void {
    if (this.#byKey.size >= MAX_LEAST_VERSIONS && !this.#byKey.has(key)) {
      this.#byKey.clear();
      this.raiseFloor(this.#nextVersion());
    }
    this.#byKey.set(key, demand);
  }
}
