import * as fc from "fast-check";
import type { Ability } from "../../src/host/calls/backend-handle.js";

/** The bounds of the queue: never met, of one write, and of the bytes of two values or so. */
export const QUEUES = {
  ample: { queuedWrites: 10_000, queuedBytes: 1_000_000 },
  tiny: { queuedWrites: 1, queuedBytes: 400 },
  narrow: { queuedWrites: 10, queuedBytes: 300 },
} as const;

/** What a history is played in. Times in ms, around the backend's limit of a call (40) and each other. */
export interface WorldSettings {
  readonly onReadError: "miss" | "throw";
  readonly onWriteError: "queue" | "ignore" | "throw";
  readonly near: "freeze" | "clone" | "tiny" | "off";
  readonly ttlMs: number;
  readonly graceMs: number;
  readonly refreshAheadMs: number;
  readonly negativeTtlMs: number;
  readonly loadSoftTimeoutMs: number;
  readonly loader: "load" | "loadMany" | "none";
  readonly abilities: readonly Ability[];
  /** Whether the backend drops entries past their `expiresAt`, as it may. */
  readonly dropsExpired: boolean;
  /** How many writes may be queued: enough for any history, or so few that they overflow. */
  readonly queue: keyof typeof QUEUES;
  /** Whether everything heals before the cache is closed, or it is closed as things are. */
  readonly end: "heals" | "closes";
}

/** How long a load may take, in ms. */
export const LOAD_MS = 80;

/** The worlds of one write policy; the shrunken one has as little as possible. */
export function worldArbitrary(onWriteError: WorldSettings["onWriteError"]): fc.Arbitrary<WorldSettings> {
  return fc.record({
    onReadError: fc.constantFrom("miss" as const, "miss" as const, "throw" as const),
    onWriteError: fc.constant(onWriteError),
    near: fc.constantFrom("off" as const, "freeze" as const, "clone" as const, "tiny" as const),
    ttlMs: fc.constantFrom(200, 100, Infinity),
    graceMs: fc.constantFrom(0, 300, 300),
    refreshAheadMs: fc.constantFrom(0, 0, 50),
    negativeTtlMs: fc.constantFrom(100, 100, 0),
    loadSoftTimeoutMs: fc.constantFrom(Infinity, 20),
    loader: fc.constantFrom("none" as const, "load" as const, "load" as const, "loadMany" as const),
    abilities: fc
      .subarray(["getMany", "putMany", "purgeMany", "scan", "clear"] as Ability[])
      .map((abilities) => abilities.toReversed()),
    dropsExpired: fc.boolean(),
    queue: fc.constantFrom("ample" as const, "ample" as const, "tiny" as const, "narrow" as const),
    end: fc.constantFrom("heals" as const, "heals" as const, "heals" as const, "closes" as const),
  });
}
