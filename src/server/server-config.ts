/** The configuration's "server" section. */
import { z } from "zod";

import { durationWithinDaySchema, wholeNumberSchema } from "../host/main.js";
import type { TlsFiles } from "./tls-files.js";

/** The section with every default filled in; durations in milliseconds. */
export interface ServerConfig {
  readonly host: string;
  readonly port: number;
  /**
   * Names by which the server is asked besides `localhost` and IP addresses, in lower case. Absent: on a loopback address
   * none, and of the addresses only loopback ones; on another address any.
   */
  readonly hosts?: readonly string[];
  readonly maxBodyBytes: number;
  readonly maxCategories: number;
  readonly maxConnections: number;
  readonly maxEventListeners: number;
  readonly requestTimeout: number;
  readonly keepAliveTimeout: number;
  /** Absent: a server that is told to stop does so at once. */
  readonly drain?: number;
  readonly stop: number;
  /** What a client has to send to change anything; `undefined`: nothing can be changed but by {@link openWrites}. */
  readonly token?: string;
  /** Whether entries may be written and removed without the token, while only this machine can reach the server. */
  readonly openWrites: boolean;
  /** Absent: the server speaks plain HTTP. */
  readonly tls?: TlsFiles;
  /** Of sites whose pages may read answers, as in `https://panel.example.org`. */
  readonly cors: readonly string[];
  /** Whether the web page is served. */
  readonly ui: boolean;
}

/** Loopback: the server knows no users, so whoever reaches it may read everything. */
export const DEFAULT_HOST = "127.0.0.1";
/** Unassigned by IANA and below the ranges systems hand out for outgoing connections on macOS and Windows. */
export const DEFAULT_PORT = 36_623;
/**
 * 8 MB: with its content type and two bytes of format a value of this size is still within the cache's own default for
 * a value, 8 MiB. Of the two limits the smaller counts.
 */
export const DEFAULT_MAX_BODY_BYTES = 8_000_000;
/** Well above what anybody names by hand, well below what a mistaken client could make up. */
export const DEFAULT_MAX_CATEGORIES = 100;
/** A page or a game server each: more than a network has. */
export const DEFAULT_MAX_EVENT_LISTENERS = 1_024;
/** For requests 256, as game servers and proxies keep a handful open each, and the rest for listeners of both kinds. */
export const DEFAULT_MAX_CONNECTIONS: number = 256 + 2 * DEFAULT_MAX_EVENT_LISTENERS;
/** 8 MB in 30 s is 270 kB/s: any link a cache is useful over. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 30_000;
/** Node's own default: longer than the pauses of a busy client, short enough to free idle connections. */
export const DEFAULT_KEEP_ALIVE_TIMEOUT_MS = 5_000;
/** What `docker stop` allows before it kills. */
export const DEFAULT_STOP_MS = 10_000;

/** 64 bits where they are random hexadecimal digits: beyond guessing over a network. */
export const MIN_TOKEN_CHARACTERS = 16;
/** As much as fits a header with room for the others. */
const MAX_TOKEN_CHARACTERS = 1024;

/** More than anybody lists by hand. */
const MAX_ORIGINS = 100;
const MAX_HOSTS = 100;
/** Of a host name, as DNS has it. */
const MAX_HOST_CHARACTERS = 253;

/** Checks the section. Strict: a key it does not know is a mistake. */
export const serverConfigSchema: z.ZodType<ServerConfig> = z
  .strictObject({
    host: z
      .string()
      .min(1, "expected a host name or IP address")
      .default(DEFAULT_HOST)
      .describe("Address to listen on"),
    port: wholeNumberSchema(0, 65_535).default(DEFAULT_PORT).describe("Port to listen on; 0: any free one"),
    hosts: z
      .array(hostName())
      .max(MAX_HOSTS, `expected at most ${MAX_HOSTS} host names`)
      .exactOptional()
      .describe(
        "Names by which the server is asked, besides localhost and IP addresses; absent: on a loopback address its own, else any",
      ),
    maxBodyBytes: wholeNumberSchema(1)
      .default(DEFAULT_MAX_BODY_BYTES)
      .describe("The largest body of a PUT, in bytes"),
    maxCategories: wholeNumberSchema(0)
      .default(DEFAULT_MAX_CATEGORIES)
      .describe("Categories that may be opened besides those of the configuration"),
    maxConnections: wholeNumberSchema(1)
      .default(DEFAULT_MAX_CONNECTIONS)
      .describe("Connections open at once; further ones are closed"),
    maxEventListeners: wholeNumberSchema(0)
      .default(DEFAULT_MAX_EVENT_LISTENERS)
      .describe("Clients that may listen to events at once"),
    requestTimeout: durationWithinDaySchema
      .prefault(DEFAULT_REQUEST_TIMEOUT_MS)
      .describe("Until a request must have arrived"),
    keepAliveTimeout: durationWithinDaySchema
      .prefault(DEFAULT_KEEP_ALIVE_TIMEOUT_MS)
      .describe("How long an idle connection is kept open"),
    drain: durationWithinDaySchema
      .exactOptional()
      .describe(
        "How long a server that was told to stop serves on, not ready, before it begins to; absent: not at all",
      ),
    stop: durationWithinDaySchema
      .prefault(DEFAULT_STOP_MS)
      .describe("Until a server that has begun to stop has ended"),
    token: token()
      .exactOptional()
      .describe('What a client sends to change anything, as "${env:STOCKPILE_TOKEN}"; absent: nobody can'),
    openWrites: z
      .boolean()
      .default(false)
      .describe("Whether entries may be changed without the token, on a loopback address"),
    tls: z
      .strictObject({
        certificate: path().describe("PEM file with the certificate, and those above it"),
        key: path().describe("PEM file with its key, without a passphrase"),
      })
      .exactOptional()
      .describe("Speaks HTTPS with these; absent: plain HTTP"),
    cors: z
      .array(origin())
      .max(MAX_ORIGINS, `expected at most ${MAX_ORIGINS} origins`)
      .default([])
      .describe("Origins of sites whose pages may use the server from a browser"),
    ui: z.boolean().default(true).describe("Whether the web page is served, at /ui/"),
  })
  .prefault({});

function path(): z.ZodString {
  return z.string().min(1, "expected the path of a file");
}

/** Without the port: it is served whatever the port. */
function hostName(): z.ZodType<string, string> {
  const error = 'expected a host name as in "cache.example.org", without a port';
  return z
    .string({ error })
    .max(MAX_HOST_CHARACTERS, { error })
    .regex(/^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/, { error })
    .transform((name) => name.toLowerCase());
}

/** As a browser sends it: what is written otherwise would be equal to none. */
function origin(): z.ZodString {
  const error = 'expected an origin as in "https://panel.example.org", without a path';
  return z.string({ error }).refine(isOrigin, { error });
}

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** The message does not begin with "expected": what was received would be shown with it. */
function token(): z.ZodType<string> {
  const message = `a token has ${MIN_TOKEN_CHARACTERS} to ${MAX_TOKEN_CHARACTERS} characters of A-Z, a-z, 0-9 and -._~+/, with "=" at its end if need be (RFC 6750)`;
  return z
    .string({ error: "a token is a string" })
    .regex(/^[A-Za-z0-9._~+/-]+=*$/, message)
    .min(MIN_TOKEN_CHARACTERS, message)
    .max(MAX_TOKEN_CHARACTERS, message);
}
