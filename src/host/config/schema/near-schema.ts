import { z } from "zod";

/** `near`, at the top level and in a category: reserved, so that a configuration can already say that it wants none. */
export const nearSchema: z.ZodType<false | undefined> = z
  .literal(false, "expected false (the near cache is not in this version)")
  .optional()
  .describe("The near cache; not in this version");
