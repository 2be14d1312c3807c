/** Asks a server for its health. */
import { z } from "zod";

import type { ListedCategory } from "./category-table.js";
import type { ListedPlugin } from "./plugin-table.js";
import { readAnswer } from "./remote/read-answer.js";
import { requestServer } from "./remote/request-server.js";

/** The part of a plugin's health that is used here; what else there is, is kept as it came. */
export const pluginSchema: z.ZodType<ListedPlugin> = z.looseObject({
  name: z.string(),
  metadata: z
    .looseObject({
      name: z.string(),
      version: z.string(),
      authors: z.array(z.string()).optional(),
      website: z.string().optional(),
    })
    .optional(),
  isolation: z.string().optional(),
  state: z.string(),
  lives: z.number(),
  restarts: z.number(),
  backends: z.array(z.looseObject({ openFailure: z.string().optional() })).optional(),
  lastFailure: z.looseObject({ at: z.number(), kind: z.string(), message: z.string() }).optional(),
});

const categorySchema = z.looseObject({
  name: z.string(),
  plugin: z.string(),
  gets: z.record(z.string(), z.number()),
  loads: z.looseObject({ succeeded: z.number(), failed: z.number() }),
  near: z.looseObject({ entries: z.number(), bytes: z.number() }),
});

const healthSchema = z.looseObject({
  status: z.string(),
  at: z.number(),
  plugins: z.array(pluginSchema),
  categories: z.array(categorySchema),
});

/** A server's health as far as it is used here. */
export interface ServerHealth {
  readonly status: string;
  readonly at: number;
  readonly plugins: readonly ListedPlugin[];
  readonly categories: readonly ListedCategory[];
}

/**
 * Gets `/health` of the server, whether it is well or down.
 * @throws {Error} it cannot be reached, does not answer in time, or is none of Stockpile's.
 */
export async function fetchHealth(server: URL): Promise<ServerHealth> {
  const answer = await requestServer(server, "/health");
  // A server that is down says with 503 what it says with 200 else.
  return readAnswer({ ...answer, status: 200 }, healthSchema, "the health");
}
