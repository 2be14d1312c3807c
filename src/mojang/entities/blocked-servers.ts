/** The servers that players are kept from: Mojang publishes the SHA-1 of each address or pattern. */
import { createHash } from "node:crypto";

/** A line that holds the hash of an address or pattern. */
const HASH: RegExp = /^[0-9a-f]{40}$/i;
const SRV_PREFIX = "_minecraft._tcp.";

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
  const lower = address.toLowerCase();
  const host = (lower.startsWith(SRV_PREFIX) ? lower.slice(SRV_PREFIX.length) : lower).replace(/\.+$/, "");
  return host !== "" && patternsOf(host).some((pattern) => hashes.has(hashOf(pattern)));
}

/** For `1.2.3.4` also `1.2.3.*` and so on; for `mc.example.org` also `*.mc.example.org`, `*.example.org` and `*.org`. */
function patternsOf(host: string): string[] {
  const parts = host.split(".");
  const isAddress =
    parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isAddress
    ? [host, ...[3, 2, 1].map((kept) => `${parts.slice(0, kept).join(".")}.*`)]
    : [host, ...parts.map((_part, index) => `*.${parts.slice(index).join(".")}`)];
}

/** The game hashes ISO-8859-1, where a character that this does not have is a question mark. */
function hashOf(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const latin1 = text.replaceAll(/[^\u0000-\u00ff]/gu, "?");
  return createHash("sha1").update(latin1, "latin1").digest("hex");
}
