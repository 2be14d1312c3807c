import { FLAG, SECRET, TEXT } from "@stockpile/core/plugin";
import type { ParameterReader } from "@stockpile/core/plugin";
import type { Address, Target } from "./parameters.js";

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26_379;

/** As many as anyone runs, and a bound. */
const MAX_ADDRESSES = 64;

/** What a URL says. */
export interface UrlParts {
  readonly address: Address;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** `undefined` where it names none. */
  readonly database: number | undefined;
}

const NOWHERE: Address = { host: "localhost", port: REDIS_PORT };
const URL_EXPECTED = "a URL redis://[user:password@]host[:port][/database], rediss:// for TLS";

/** Reads which of the three there is: `url`, `sentinel` or `cluster`. */
export function readTarget(reader: ParameterReader): { target: Target; url: UrlParts | undefined } {
  const given = ["url", "sentinel", "cluster"].filter((name) => reader.has(name));
  if (given.length !== 1) {
    const received = given.length === 0 ? "none of them" : given.map((name) => `"${name}"`).join(" and ");
    reader.note(`expected exactly one of "url", "sentinel" and "cluster": received ${received}`);
  }
  // All that are there are read, so that all mistakes in them are told.
  const url = reader.has("url") ? readUrl(reader) : undefined;
  const sentinel = reader.has("sentinel") ? reader.members("sentinel", readSentinel) : undefined;
  const cluster = reader.has("cluster") ? reader.members("cluster", readCluster) : undefined;
  const target = sentinel ?? cluster ?? { mode: "standalone", address: url?.address ?? NOWHERE };
  return { target, url };
}

function readUrl(reader: ParameterReader): UrlParts | undefined {
  const value = reader.value("url");
  const parts = typeof value === "string" ? parseUrl(value) : undefined;
  // It may hold a password, in the right place or in a wrong one.
  if (parts === undefined)
    reader.refuse("url", URL_EXPECTED, typeof value === "string" ? "another text" : typeof value);
  return parts;
}

function readSentinel(reader: ParameterReader): Target {
  return {
    mode: "sentinel",
    name: reader.demand("name", TEXT, ""),
    sentinels: readAddresses(reader, SENTINEL_PORT),
    username: reader.read("username", TEXT, undefined),
    password: reader.read("password", SECRET, undefined),
    // What stands there instead may have a passphrase in it.
    tls: reader.read("tls", { ...FLAG, isSecret: true }, false),
  };
}

function readCluster(reader: ParameterReader): Target {
  return { mode: "cluster", nodes: readAddresses(reader, REDIS_PORT) };
}

function readAddresses(reader: ParameterReader, defaultPort: number): Address[] {
  const value = reader.value("nodes");
  const expected = `1 to ${MAX_ADDRESSES} addresses of the form "host" or "host:port"`;
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ADDRESSES) {
    reader.refuse("nodes", expected, Array.isArray(value) ? `${value.length}` : typeof value);
    return [];
  }
  const addresses = Array.from(value, (text: unknown) => parseAddress(text, defaultPort));
  const found = addresses.filter((address) => address !== undefined);
  if (found.length < addresses.length) {
    reader.refuse("nodes", expected, `${addresses.length - found.length} that are none`);
  }
  return found;
}

function parseAddress(text: unknown, defaultPort: number): Address | undefined {
  if (typeof text !== "string" || /[/@?#\s]/.test(text)) return undefined;
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined;
  return url === undefined || url.hostname === "" ? undefined : addressOf(url, defaultPort);
}

function parseUrl(text: string): UrlParts | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const database = /^\/?(?<number>\d{0,6})$/.exec(url.pathname)?.groups?.["number"];
  if (!["redis:", "rediss:"].includes(url.protocol) || url.hostname === "") return undefined;
  if (database === undefined || url.search !== "" || url.hash !== "") return undefined;
  return {
    address: addressOf(url, REDIS_PORT),
    isTls: url.protocol === "rediss:",
    username: decode(url.username),
    password: decode(url.password),
    database: database === "" ? undefined : Number(database),
  };
}

function addressOf(url: URL, defaultPort: number): Address {
  const host = url.hostname.replace(/^\[(?<ip>.*)\]$/, "$<ip>");
  return { host, port: url.port === "" ? defaultPort : Number(url.port) };
}

function decode(text: string): string | undefined {
  if (text === "") return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone "%" is itself
  }
}
