/**
 * `near`, at the top level and in a category. It is on unless it is said to be off: most of what a cache saves, it saves
 * where nothing has to cross to a plugin.
 */
import { z } from "zod";
import type { NearLimits } from "../config.js";
import { DEFAULT_NEAR_BYTES, DEFAULT_NEAR_ENTRIES, DEFAULT_NEAR_VALUES } from "../defaults.js";
import { wholeNumber } from "./whole-number.js";

/** What a `Map` of V8 can hold: 2 to the power of 24. */
const MAX_NEAR_ENTRIES = 16_777_216;
/** 1 TiB: more than any process can hold. */
const MAX_NEAR_BYTES = 1_099_511_627_776;

const entries = wholeNumber(1, MAX_NEAR_ENTRIES);
const bytes = wholeNumber(1, MAX_NEAR_BYTES);
const values = z.enum(["freeze", "clone", "share"]);

const ENTRIES = "Entries it keeps at most, in each category";
const BYTES =
  "Bytes of encoded values, keys and an allowance for each entry that it keeps at most, in each category";
const VALUES = "What becomes of a value that is handed out";

const ERROR = { error: "expected false or an object" };

/** The top level's, with its defaults. */
export const nearSchema: z.ZodType<NearLimits | false> = z.union(
  [
    z.literal(false),
    z.strictObject({
      entries: entries.default(DEFAULT_NEAR_ENTRIES).describe(ENTRIES),
      bytes: bytes.default(DEFAULT_NEAR_BYTES).describe(BYTES),
      values: values.default(DEFAULT_NEAR_VALUES).describe(VALUES),
    }),
  ],
  ERROR,
);

/** A category's: what it leaves out is for others to say. */
export const categoryNearSchema: z.ZodType<Partial<NearLimits> | false> = z.union(
  [
    z.literal(false),
    z.strictObject({
      entries: entries.exactOptional().describe(ENTRIES),
      bytes: bytes.exactOptional().describe(BYTES),
      values: values.exactOptional().describe(VALUES),
    }),
  ],
  ERROR,
);
