/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { FLAG, PREFIX_TEXT, SECRET, TEXT, integerWithin } from "./forms.js";
import { ParameterReader } from "./parameter-reader.js";
import type { RedisParameters } from "./parameters.js";
import { readTarget } from "./read-target.js";
import type { UrlParts } from "./read-target.js";
import { PLAIN_TLS, readTls } from "./read-tls.js";

/** What the names of entries begin with unless told otherwise. */
export const DEFAULT_PREFIX = "stockpile";

/** How long a connection may take to come about unless told otherwise, in ms: within the start's own limit of 5 s. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 2000;

/**
 * How long a server may owe answers and send nothing before the connection counts as dead, unless told otherwise, in ms:
 * ten times what a call may take by default. A shorter pause of the server then leaves the connection, and with it the
 * order of its commands, as it was.
 */
export const DEFAULT_ANSWER_TIMEOUT_MS = 5000;

const MIN_TIMEOUT_MS = 10;
/** An hour. */
const MAX_TIMEOUT_MS = 3_600_000;
const MAX_DATABASE = 1_000_000;

const NAMES: readonly string[] = [
  "url",
  "sentinel",
  "cluster",
  "username",
  "password",
  "database",
  "tls",
  "prefix",
  "invalidate",
  "connectTimeoutMs",
  "answerTimeoutMs",
];

/**
 * Fills in defaults and checks what is given.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received; passwords,
 * and a URL that may hold one, are not shown.
 */
export function parseParameters(parameters: unknown): RedisParameters {
  const mistakes: string[] = [];
  const reader = new ParameterReader(parameters ?? {}, "", { names: NAMES, mistakes });
  const { target, url } = readTarget(reader, mistakes);
  const tls = readTls(reader, mistakes);
  const timeout = integerWithin(MIN_TIMEOUT_MS, MAX_TIMEOUT_MS);
  const settings: RedisParameters = {
    target,
    username: reader.read("username", TEXT, url?.username),
    password: reader.read("password", SECRET, url?.password),
    database: reader.read("database", integerWithin(0, MAX_DATABASE), url?.database ?? 0),
    tls: tls ?? (url?.isTls === true ? PLAIN_TLS : undefined),
    prefix: reader.read("prefix", PREFIX_TEXT, DEFAULT_PREFIX),
    invalidate: reader.read("invalidate", FLAG, true),
    connectTimeoutMs: reader.read("connectTimeoutMs", timeout, DEFAULT_CONNECT_TIMEOUT_MS),
    answerTimeoutMs: reader.read("answerTimeoutMs", timeout, DEFAULT_ANSWER_TIMEOUT_MS),
  };
  checkTogether(reader, url, settings, mistakes);
  if (mistakes.length > 0) {
    throw new TypeError(`Cannot open storage backend "redis": ${mistakes.join("; ")}`);
  }
  return settings;
}

/** What is right by itself and wrong beside another. */
function checkTogether(
  reader: ParameterReader,
  url: UrlParts | undefined,
  { target, database, username, password }: RedisParameters,
  mistakes: string[],
): void {
  for (const name of ["username", "password", "database"] as const) {
    if (!reader.has(name) || url?.[name] === undefined) continue;
    mistakes.push(`expected "${name}" once, in "url" or beside it: received both`);
  }
  if (reader.raw("tls") === false && url?.isTls === true) {
    mistakes.push('expected "tls" not to be false with a URL of rediss: received both');
  }
  if (username !== undefined && password === undefined) {
    mistakes.push('expected a "password" with "username": received none');
  }
  if (target.mode === "cluster" && database !== 0) {
    mistakes.push(`expected "database" to be 0, the only one of a cluster: received ${database}`);
  }
  if (target.mode === "sentinel" && target.tls && reader.raw("tls") === undefined) {
    mistakes.push('expected "tls" with "sentinel.tls": received none');
  }
}
