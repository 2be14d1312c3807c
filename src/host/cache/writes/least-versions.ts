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

/**
 * Which versions of a key's entry this process may return: not what came before its own latest write, until the
 * backend has acknowledged that one. Bounded: when too many keys are remembered they are all forgotten, and the
 * earliest version of every key rises to now; so older entries count as misses, which is never wrong.
 */
export class LeastVersions {
  readonly #byKey = new TransientMap<string, LeastVersion>();
  readonly #nextVersion: () => number;
  /** What holds for every key. */
  #floor: LeastVersion = { present: 0, fresh: 0 };

  /** @param nextVersion Answers a version above all there are. */
  constructor(nextVersion: () => number) {
    this.#nextVersion = nextVersion;
  }

  of(key: string): LeastVersion {
    const own = this.#byKey.size === 0 ? undefined : this.#byKey.get(key);
    const { present, fresh } = this.#floor;
    if (own === undefined) return this.#floor;
    return { present: Math.max(own.present, present), fresh: Math.max(own.fresh, fresh) };
  }

  /** The key was written. */
  raise(key: string, version: number): void {
    this.#set(key, { present: version, fresh: version });
  }

  /** The key was expired: what it had may be returned, as stale. */
  raiseFresh(key: string, version: number): void {
    this.#set(key, { present: this.#byKey.get(key)?.present ?? 0, fresh: version });
  }

  /** The backend has this version of the key's entry, or a later one. */
  acknowledge(key: string, version: number): void {
    const own = this.#byKey.get(key);
    if (own !== undefined && own.fresh <= version) this.#byKey.delete(key);
  }

  /** Nothing before `version` is returned for any key, for good: a late write of an ended life may yet bring it up. */
  raiseFloor(version: number): void {
    if (version > this.#floor.present) this.#floor = { present: version, fresh: version };
  }

  #set(key: string, least: LeastVersion): void {
    if (this.#byKey.size >= MAX_LEAST_VERSIONS && !this.#byKey.has(key)) {
      this.#byKey.clear();
      this.raiseFloor(this.#nextVersion());
    }
    this.#byKey.set(key, least);
  }
}
