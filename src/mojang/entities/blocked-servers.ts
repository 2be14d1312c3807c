/** The servers that players are kept from: Mojang publishes the SHA-1 of each address or pattern. */
import { createHash } from "node:crypto";

/** A line that holds the hash of an address or pattern. */
const HASH: RegExp = /^[0-9a-f]{40}$/i;
const SRV_PREFIX = "_minecraft._tcp.";
/** No host has a longer name: 253 characters by the rules of DNS. */
const MAX_HOST_CHARACTERS = 255;

/** The hashes of a list, in lower case; `undefined`: a line of it is none, so that the text is something else. */
export function parseBlockedServers(text: string): string[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  return lines.every((line) => HASH.test(line)) ? lines.map((line) => line.toLowerCase()) : undefined;
}

/**
 * Whether a list has an address, judged as the game does: in lower case, without the prefix of an SRV record and without
 * dots at the end; itself, then the patterns it falls under.
 * @param hashes in lower case.
 */
export function isBlockedServer(address: string, hashes: ReadonlySet<string>): boolean {
  const host = hostOf(address);
  // Each of its parts is a pattern more to hash: what no host can be called is not taken apart.
  if (host === "" || host.length > MAX_HOST_CHARACTERS) return false;
  for (const pattern of patternsOf(host)) if (hashes.has(hashOf(pattern))) return true;
  return false;
}

/** A loop, because a regular expression looks at each run of dots once for every dot of it. */
function hostOf(address: string): string {
  const lower = address.toLowerCase();
  const start = lower.startsWith(SRV_PREFIX) ? SRV_PREFIX.length : 0;
  let end = lower.length;
  while (end > start && lower[end - 1] === ".") end -= 1;
  return lower.slice(start, end);
}

/** For `1.2.3.4` also `1.2.3.*` and so on; for `mc.example.org` also `*.mc.example.org`, `*.example.org` and `*.org`. */
function* patternsOf(host: string): Generator<string> {
  yield host;
  const parts = host.split(".");
  const isAddress =
    parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  if (isAddress) for (const kept of [3, 2, 1]) yield `${parts.slice(0, kept).join(".")}.*`;
  else for (const index of parts.keys()) yield `*.${parts.slice(index).join(".")}`;
}

/** The game hashes ISO-8859-1, where a character that this does not have is a question mark. */
function hashOf(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const latin1 = text.replaceAll(/[^\u0000-\u00ff]/gu, "?");
  return createHash("sha1").update(latin1, "latin1").digest("hex");
}
