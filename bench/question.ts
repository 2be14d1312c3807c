/** What a file of this folder asks and answers. */

/** How much work a run may do. */
export interface Effort {
  /** How often each contender is measured; they take turns. */
  readonly rounds: number;
  /** How long each is put under load in a round, in ms. */
  readonly loadMs: number;
  /** How often a plugin is made to crash. */
  readonly crashes: number;
  /** How often a plugin is replaced under load. */
  readonly swaps: number;
  /** How often each cache suffers each fault. */
  readonly sufferings: number;
  /** How many entries a storage engine is given. */
  readonly entries: number;
}

/** A row of a table: what its columns are called and what stands there. Names of numbers carry their unit. */
export type Row = Readonly<Record<string, string | number>>;

export interface Table {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** What a figure must reach. */
export interface Bound {
  readonly claim: string;
  readonly measured: number;
  /** What the figure must not be below (`floor`) or above (`ceiling`). */
  readonly kind: "floor" | "ceiling";
  readonly limit: number;
}

export interface Answer {
  readonly tables: readonly Table[];
  readonly bounds: readonly Bound[];
}

export interface Question {
  /** What `--only` calls it. */
  readonly name: string;
  readonly asks: string;
  /** Closes whatever it opens. Throws when it cannot be answered. */
  readonly answer: (effort: Effort) => Promise<Answer>;
}

export function isMet({ kind, measured, limit }: Bound): boolean {
  return kind === "floor" ? measured >= limit : measured <= limit;
}
