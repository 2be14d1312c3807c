import { z } from "zod";
import type { CategoryConfig } from "../config.js";
import { positiveDuration } from "./duration.js";
import { nearSchema } from "./near-schema.js";
import { storageSchema } from "./storage-schema.js";

/** `categories.<name>`. Nothing has a default here: what is left out is for the code to say. */
export const categorySchema: z.ZodType<Omit<CategoryConfig, "name">> = z
  .strictObject({
    ttl: positiveDuration.optional().describe("How long a value is fresh"),
    onReadError: z
      .enum(["miss", "throw"])
      .optional()
      .describe("What a backend that fails on a read is taken for: a miss, or an error of the get"),
    loadTimeout: positiveDuration.optional().describe("Until a load must be back"),
    storage: storageSchema.optional().describe("Where the category is stored"),
    near: nearSchema,
  })
  .transform(({ ttl, onReadError, loadTimeout, storage }) => ({
    ...(ttl === undefined ? {} : { ttlMs: ttl }),
    ...(onReadError === undefined ? {} : { onReadError }),
    ...(loadTimeout === undefined ? {} : { loadTimeoutMs: loadTimeout }),
    ...(storage === undefined ? {} : { storage }),
  }));
