import { z } from "zod";
import type { CategoryConfig, NearLimits } from "../config.js";
import {
  DEFAULT_GRACE_MS,
  DEFAULT_LOAD_TIMEOUT_MS,
  DEFAULT_NEGATIVE_TTL_MS,
  DEFAULT_ON_READ_ERROR,
  DEFAULT_ON_WRITE_ERROR,
  DEFAULT_REFRESH_AHEAD_MS,
  DEFAULT_TTL_MS,
} from "../defaults.js";
import { duration, positiveDuration } from "./duration.js";
import { categoryNearSchema } from "./near-schema.js";

type Optional<Output> = z.ZodExactOptional<z.ZodType<Output>>;

/** What configuration and code can both say of a category, once read; durations in ms. */
export interface CategorySayings {
  readonly ttl?: number;
  readonly grace?: number;
  readonly refreshAhead?: number;
  readonly negativeTtl?: number;
  readonly loadTimeout?: number;
  readonly loadSoftTimeout?: number;
  readonly onReadError?: "miss" | "throw";
  readonly onWriteError?: "queue" | "ignore" | "throw";
  readonly near?: Partial<NearLimits> | false;
}

/**
 * The schema of each of them. Nothing is filled in here: what the configuration leaves out is for the code to say. A
 * `default` is what holds where neither says anything, told for editors.
 */
export const CATEGORY_SHAPE: { [Key in keyof CategorySayings]-?: Optional<CategorySayings[Key] & {}> } = {
  ttl: positiveDuration
    .exactOptional()
    .meta({ description: "How long a value is fresh", default: DEFAULT_TTL_MS }),
  grace: duration.exactOptional().meta({
    description:
      "How long after ttl a value may be answered while the loader fails or is slow; 0: not at all",
    default: DEFAULT_GRACE_MS,
  }),
  refreshAhead: duration.exactOptional().meta({
    description: "How long before a value expires a hit starts a load in the background; 0: never",
    default: DEFAULT_REFRESH_AHEAD_MS,
  }),
  negativeTtl: duration.exactOptional().meta({
    description: "How long it is remembered that a load found nothing; 0: not at all",
    default: DEFAULT_NEGATIVE_TTL_MS,
  }),
  loadTimeout: positiveDuration
    .exactOptional()
    .meta({ description: "Until a load must be back", default: DEFAULT_LOAD_TIMEOUT_MS }),
  loadSoftTimeout: positiveDuration.exactOptional().meta({
    description: "Until an expired value within its grace is answered while the load goes on",
  }),
  onReadError: z.enum(["miss", "throw"]).exactOptional().meta({
    description: "What a backend that fails on a read is taken for: a miss, or an error of the get",
    default: DEFAULT_ON_READ_ERROR,
  }),
  onWriteError: z.enum(["queue", "ignore", "throw"]).exactOptional().meta({
    description:
      "What becomes of a write that fails: it is tried again, passed over, or an error of the call",
    default: DEFAULT_ON_WRITE_ERROR,
  }),
  near: categoryNearSchema.exactOptional().describe("The near cache of the category; false: none"),
};

/** The same as a category's settings are called, with what was not said left out. */
export function nameUnits(said: CategorySayings): Omit<CategoryConfig, "name" | "storage"> {
  const { ttl, grace, refreshAhead, negativeTtl, loadTimeout, loadSoftTimeout, ...others } = said;
  return {
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
    ...(grace === undefined ? {} : { graceMs: grace }),
    ...(refreshAhead === undefined ? {} : { refreshAheadMs: refreshAhead }),
    ...(negativeTtl === undefined ? {} : { negativeTtlMs: negativeTtl }),
    ...(loadTimeout === undefined ? {} : { loadTimeoutMs: loadTimeout }),
    ...(loadSoftTimeout === undefined ? {} : { loadSoftTimeoutMs: loadSoftTimeout }),
    ...others,
  };
}
