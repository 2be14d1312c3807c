import { z } from "zod";
import type { CategoryConfig } from "../config.js";
import { CATEGORY_SHAPE, nameUnits } from "./category-shape.js";
import { storageSchema } from "./storage-schema.js";

/** `categories.<name>`. */
export const categorySchema: z.ZodType<Omit<CategoryConfig, "name">> = z
  .strictObject({
    ...CATEGORY_SHAPE,
    storage: storageSchema.exactOptional().describe("Where the category is stored"),
  })
  .transform(({ storage, ...said }) => ({
    ...nameUnits(said),
    ...(storage === undefined ? {} : { storage }),
  }));
