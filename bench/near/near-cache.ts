/** The record that a near cache holds for a key: see entries.ts. */
export interface NearRecord {
  readonly score: number;
}

/** A cache in this process, as its users have it. What a contender does not offer is left out. */
export interface NearCache {
  readonly set: (key: string, value: object) => unknown;
  readonly get?: (key: string) => Promise<NearRecord | null | undefined>;
  /** Answers at once. */
  readonly peek?: (key: string) => NearRecord | undefined;
  /** Whatever a contender answers for several keys: a list as long as that of the keys. */
  readonly getMany?: (keys: readonly string[]) => Promise<readonly unknown[]>;
  readonly close?: () => Promise<unknown>;
}
