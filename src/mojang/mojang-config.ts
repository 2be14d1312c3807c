/** The configuration's "mojang" section. */
import { z } from "zod";

import { durationWithinDaySchema, wholeNumberSchema } from "../host/main.js";
import type { BudgetLimits } from "./upstream/budget.js";

/** The section with every default filled in; durations in milliseconds. */
export interface MojangConfig {
  readonly upstream: {
    /** Of names, ids and keys. */
    readonly services: string;
    /** Of profiles, logins and the list of blocked servers. */
    readonly sessions: string;
  };
  readonly budgets: { readonly services: BudgetLimits; readonly sessions: BudgetLimits };
  readonly attemptTimeout: number;
  readonly deadline: number;
  readonly retries: number;
  readonly maxBulkBytes: number;
  readonly publicUrl?: string | undefined;
  readonly legacyApi: boolean;
}

export const DEFAULT_SERVICES_URL = "https://api.minecraftservices.com";
export const DEFAULT_SESSIONS_URL = "https://sessionserver.mojang.com";
/** Nobody has official numbers. 200 in 2 minutes are reported for an address; some room is left for other programs. */
export const DEFAULT_SERVICES_REQUESTS = 180;
export const DEFAULT_SERVICES_PER_MS = 120_000;
/** About 400 in 10 s are reported. */
export const DEFAULT_SESSIONS_REQUESTS = 360;
export const DEFAULT_SESSIONS_PER_MS = 10_000;
/** Mojang answers in a few hundred ms when it answers. */
export const DEFAULT_ATTEMPT_TIMEOUT_MS = 2_000;
/** A game server waits 5 s for an answer; one that comes later is for nobody. */
export const DEFAULT_DEADLINE_MS = 4_500;
/** Mojang has had times in which every other request failed. Each repetition costs budget. */
export const DEFAULT_RETRIES = 2;
/** Some 70,000 names of usual length: more than anybody has in a list. */
export const DEFAULT_MAX_BULK_BYTES = 1_000_000;
/** A list is read as a whole, which holds up everything else for as long: some 100 ms of one of this size. */
const MOST_MAX_BULK_BYTES = 8_000_000;

/** Checks the section; there may be none. Strict: a key it does not know is a mistake. */
export const mojangConfigSchema: z.ZodType<MojangConfig | undefined> = z
  .strictObject({
    upstream: z
      .strictObject({
        services: baseUrl().default(DEFAULT_SERVICES_URL).describe("Whom to ask for names, ids and keys"),
        sessions: baseUrl().default(DEFAULT_SESSIONS_URL).describe("Whom to ask for profiles and logins"),
      })
      .prefault({})
      .describe("Base addresses of Mojang's services, or of others that speak as they do"),
    budgets: z
      .strictObject({
        services: budget(DEFAULT_SERVICES_REQUESTS, DEFAULT_SERVICES_PER_MS).describe(
          "For names, ids and keys",
        ),
        sessions: budget(DEFAULT_SESSIONS_REQUESTS, DEFAULT_SESSIONS_PER_MS).describe(
          "For profiles and logins",
        ),
      })
      .prefault({})
      .describe("How much may be sent to each of them"),
    attemptTimeout: durationWithinDaySchema
      .prefault(DEFAULT_ATTEMPT_TIMEOUT_MS)
      .describe("Until one attempt must be answered"),
    deadline: durationWithinDaySchema
      .prefault(DEFAULT_DEADLINE_MS)
      .describe("Until a request must be answered, all attempts together"),
    retries: wholeNumberSchema(0, 10)
      .default(DEFAULT_RETRIES)
      .describe("How often a failed request is repeated"),
    maxBulkBytes: wholeNumberSchema(1, MOST_MAX_BULK_BYTES)
      .default(DEFAULT_MAX_BULK_BYTES)
      .describe("The largest body of a request for several names, in bytes"),
    publicUrl: baseUrl()
      .optional()
      .describe(
        "Where game servers reach this server, for the discovery document; by default, where they have asked for it",
      ),
    legacyApi: z.boolean().default(false).describe("Whether /v1 of the first Stockpile is served"),
  })
  .optional();

/** @param perMs the default; durations are in milliseconds once parsed. */
function budget(requests: number, perMs: number) {
  return z
    .strictObject({
      requests: wholeNumberSchema(2, 1_000_000)
        .default(requests)
        .describe("The most requests in any such time"),
      per: durationWithinDaySchema.prefault(perMs).describe("The time they are counted in"),
    })
    .prefault({});
}

function baseUrl(): z.ZodType<string, string> {
  const error = "expected an http or https URL without a query";
  return (
    z
      .string({ error })
      // Not "expected …", which is completed by what was received: that is a password here.
      .refine((text) => !/^[^/]*\/\/[^/?#]*@/.test(text), {
        error: "an upstream's URL has no name and no password",
        abort: true,
      })
      .refine(isBaseUrl, { error })
      .transform((url) => url.replace(/\/+$/, ""))
  );
}

function isBaseUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && search + hash === "";
}
