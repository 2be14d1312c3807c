/** `/cache/:category/:key`: reading, writing and removing one entry. */
import type { Context } from "hono";

import type { Clock } from "../host/main.js";
import { parseDuration } from "../host/main.js";
import type { CategoryPool } from "./category-pool.js";
import { HttpError } from "./http-error.js";
import { isContentType, MAX_CONTENT_TYPE_BYTES } from "./http-value.js";
import { readBody } from "./read-body.js";
import type { ServerEnv } from "./server-env.js";
import { whenOver } from "./when-over.js";

/** What {@link CacheResource} works with. */
export interface CacheResourceOptions {
  readonly categories: CategoryPool;
  readonly clock: Clock;
  readonly maxBodyBytes: number;
}

/** Of a value sent without one: bytes nobody has described. */
const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** Bodies that are held at once: with the default of `maxBodyBytes` 2 GB, whatever the number of connections. */
const MAX_BODIES = 256;
/** Values of the largest size that wait to be taken at once; smaller ones may be more. */
const MAX_VALUES_OUT = 64;

/** Serves entries. Every method may reject with an {@link HttpError} or a `StockpileError`. */
export class CacheResource {
  readonly #options: CacheResourceOptions;
  #bodies = 0;
  /** Of values whose clients have not taken them yet. */
  #bytesOut = 0;

  constructor(options: CacheResourceOptions) {
    this.#options = options;
  }

  /** 200 with the stored bytes and content type, or 404. */
  async get(c: Context<ServerEnv>): Promise<Response> {
    const { category, key } = readAddress(c, []);
    const { value, source, storedAt } = await this.#options.categories.lookup(category, key);
    if (value === undefined) {
      throw new HttpError(404, "STOCKPILE_ENTRY_ABSENT", `Cannot find key in category "${category}"`);
    }
    this.#holdUntilTaken(c, value.body.byteLength);
    if (storedAt !== undefined) c.header("age", ageSeconds(storedAt, this.#options.clock.now()));
    c.header("x-stockpile-source", source);
    c.header("content-type", value.contentType);
    c.header("content-length", String(value.body.byteLength)); // HEAD has it too.
    // Keeps a browser from running stored bytes as a page of this server, whatever content type they were given.
    c.header("content-security-policy", "sandbox; default-src 'none'");
    return c.body(value.body as Uint8Array<ArrayBuffer>); // Values never lie in shared memory.
  }

  /** 204 once the entry is stored. */
  async put(c: Context<ServerEnv>): Promise<Response> {
    const { category, key, query } = readAddress(c, ["ttl"]);
    const ttlMs = readTtl(query);
    const contentType = readContentType(c);
    refuseEncoded(c);
    const target = this.#options.categories.get(category);
    await this.#withBody(c, (body) =>
      target.set(key, { contentType, body }, ttlMs === undefined ? {} : { ttl: ttlMs }),
    );
    return c.body(null, 204);
  }

  /** 204 once the entry is gone, or when it was not there. */
  async delete(c: Context<ServerEnv>): Promise<Response> {
    const { category, key } = readAddress(c, []);
    await this.#options.categories.get(category).delete(key);
    return c.body(null, 204);
  }

  /**
   * Counts a value for as long as its response is open: a client that reads slowly, or not at all, holds it that long.
   * One value is always let through.
   * @throws {HttpError} 503: others hold too much.
   */
  #holdUntilTaken(c: Context<ServerEnv>, bytes: number): void {
    if (c.req.method === "HEAD") return;
    const maxBytes = MAX_VALUES_OUT * this.#options.maxBodyBytes;
    if (this.#bytesOut > 0 && this.#bytesOut + bytes > maxBytes) {
      const message = `Cannot send value: expected at most ${maxBytes} bytes of values not taken by their clients`;
      throw new HttpError(503, "STOCKPILE_SERVER_BUSY", message);
    }
    this.#bytesOut += bytes;
    whenOver(c.env.outgoing, () => {
      this.#bytesOut -= bytes;
    });
  }

  /** @throws {HttpError} 503: too many bodies are held. */
  async #withBody(c: Context<ServerEnv>, use: (body: Uint8Array) => Promise<void>): Promise<void> {
    if (this.#bodies >= MAX_BODIES) {
      const message = `Cannot take body: expected at most ${MAX_BODIES} at once`;
      throw new HttpError(503, "STOCKPILE_SERVER_BUSY", message);
    }
    this.#bodies += 1;
    try {
      await use(await readBody(c, this.#options.maxBodyBytes, { setting: "maxBodyBytes" }));
    } finally {
      this.#bodies -= 1;
    }
  }
}

/** The entry a request is about, and the query, which has at most the `parameters`. */
function readAddress(
  c: Context<ServerEnv>,
  parameters: readonly string[],
): { category: string; key: string; query: URLSearchParams } {
  const query = new URL(c.req.url).searchParams;
  refuseUnknownParameters(query, parameters);
  return { category: c.req.param("category") ?? "", key: c.req.param("key") ?? "", query };
}

/** A misspelt `ttl` must not store something for good. */
function refuseUnknownParameters(query: URLSearchParams, expected: readonly string[]): void {
  for (const name of query.keys()) {
    if (expected.includes(name) && query.getAll(name).length === 1) continue;
    const expectation = expected.length === 0 ? "none" : `at most one "${expected.join('", "')}"`;
    throw invalid(`Cannot use query: expected ${expectation}: received "${name.slice(0, 64)}"`);
  }
}

function readTtl(query: URLSearchParams): number | undefined {
  const text = query.get("ttl");
  if (text === null) return undefined;
  const ttlMs = /^\d{1,15}$/.test(text) ? Number(text) : tryDuration(text);
  if (ttlMs === undefined || ttlMs <= 0) {
    throw invalid(
      `Cannot use "ttl": expected a duration above 0, as in 10s, 500ms, 7d or milliseconds: received "${text.slice(0, 64)}"`,
    );
  }
  return ttlMs;
}

function tryDuration(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    // The caller's message says what a duration is in terms of this parameter.
    return undefined;
  }
}

function readContentType(c: Context<ServerEnv>): string {
  const contentType = c.req.header("content-type") ?? DEFAULT_CONTENT_TYPE;
  if (!isContentType(contentType)) {
    throw invalid(
      `Cannot use content type: expected 1 to ${MAX_CONTENT_TYPE_BYTES} visible ASCII characters`,
    );
  }
  return contentType;
}

/** The bytes are stored as they come, and a reader would not be told that they are compressed. */
function refuseEncoded(c: Context<ServerEnv>): void {
  const encoding = c.req.header("content-encoding");
  if (encoding === undefined || encoding.toLowerCase() === "identity") return;
  throw new HttpError(
    415,
    "STOCKPILE_ENCODING_UNSUPPORTED",
    `Cannot use content encoding: expected none: received "${encoding.slice(0, 64)}"`,
  );
}

/** Whole seconds, as the `Age` header has them; a clock set back does not make it negative. */
function ageSeconds(storedAt: number, now: number): string {
  return String(Math.max(0, Math.floor((now - storedAt) / 1000)));
}

function invalid(message: string): HttpError {
  return new HttpError(400, "STOCKPILE_REQUEST_INVALID", message);
}
