/** Reads the backend's parameters: what the configuration gives as `storage.parameters`. */
import { FLAG, SECRET, TEXT, integerWithin, readParameters } from "@stockpile/core/plugin";
import type { ParameterForm, ParameterReader } from "@stockpile/core/plugin";
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

/** Up to an hour. */
const TIMEOUT_MS = integerWithin(10, 3_600_000);
const MAX_DATABASE = 1_000_000;
/** The longest prefix: every name in Redis carries it. */
const MAX_PREFIX_LENGTH = 128;

const PREFIX: ParameterForm<string> = {
  expected: `1 to ${MAX_PREFIX_LENGTH} printable ASCII characters without spaces, no "::" in them and no ":" at the end`,
  // What redis-cli and an ACL take as it is.
  accepts: (value): value is string =>
    typeof value === "string" &&
    value.length <= MAX_PREFIX_LENGTH &&
    /^[!-~]+$/.test(value) &&
    !value.includes("::") &&
    !value.endsWith(":"),
};

/**
 * Fills in defaults and checks what is given.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received; passwords,
 * and a URL that may hold one, are not shown.
 */
export function parseParameters(parameters: unknown): RedisParameters {
  const subject = { action: 'open storage backend "redis"', areSecret: true };
  return readParameters(parameters, subject, (reader) => {
    const { target, url } = readTarget(reader);
    const settings: RedisParameters = {
      target,
      username: reader.read("username", TEXT, url?.username),
      password: reader.read("password", SECRET, url?.password),
      database: reader.read("database", integerWithin(0, MAX_DATABASE), url?.database ?? 0),
      tls: readTls(reader) ?? (url?.isTls === true ? PLAIN_TLS : undefined),
      prefix: reader.read("prefix", PREFIX, DEFAULT_PREFIX),
      invalidate: reader.read("invalidate", FLAG, true),
      connectTimeoutMs: reader.read("connectTimeoutMs", TIMEOUT_MS, DEFAULT_CONNECT_TIMEOUT_MS),
      answerTimeoutMs: reader.read("answerTimeoutMs", TIMEOUT_MS, DEFAULT_ANSWER_TIMEOUT_MS),
    };
    checkTogether(reader, url, settings);
    return settings;
  });
}

/** What is right by itself and wrong beside another. */
function checkTogether(
  reader: ParameterReader,
  url: UrlParts | undefined,
  { target, database, username, password }: RedisParameters,
): void {
  for (const name of ["username", "password", "database"] as const) {
    if (!reader.has(name) || url?.[name] === undefined) continue;
    reader.note(`expected "${name}" once, in "url" or beside it: received both`);
  }
  if (reader.value("tls") === false && url?.isTls === true) {
    reader.note('expected "tls" not to be false with a URL of rediss: received both');
  }
  if (username !== undefined && password === undefined) {
    reader.note('expected a "password" with "username": received none');
  }
  if (target.mode === "cluster" && database !== 0) {
    reader.note(`expected "database" to be 0, the only one of a cluster: received ${database}`);
  }
  if (target.mode === "sentinel" && target.tls && reader.value("tls") === undefined) {
    reader.note('expected "tls" with "sentinel.tls": received none');
  }
}
