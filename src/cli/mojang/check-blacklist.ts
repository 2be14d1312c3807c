/** `stockpile check-blacklist`: which server addresses Mojang has blocked. */
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";
import { callServer } from "../remote/call-server.js";
import type { RemoteOptions } from "../remote/server-option.js";
import { withProgress } from "../remote/with-progress.js";

/** As many addresses as the server takes at once. */
const PAGE = 100;
/** The longest name of a host has 253. */
const MAX_CHARACTERS = 256;

/**
 * Prints those of the addresses that are blocked. That none is, is said on stderr, and is no failure.
 * @throws {Error} the server cannot say.
 */
export async function checkBlacklist(
  addresses: readonly string[],
  { server, json = false }: RemoteOptions,
): Promise<void> {
  const blocked = await withProgress("Looking up the blacklist", findBlocked(server, addresses));
  if (json) {
    const checked = addresses.map((address) => ({ address, isBlocked: blocked.has(address) }));
    process.stdout.write(`${jsonText(checked)}\n`);
    return;
  }
  for (const address of blocked)
    process.stdout.write(`${plainText(address, MAX_CHARACTERS)} matches the blacklist\n`);
  if (blocked.size === 0) process.stderr.write("None of the addresses matches the blacklist\n");
}

async function findBlocked(server: URL, addresses: readonly string[]): Promise<Set<string>> {
  const blocked = new Set<string>();
  for (let at = 0; at < addresses.length; at += PAGE) {
    const page = addresses.slice(at, at + PAGE);
    // oxlint-disable-next-line no-await-in-loop -- The list is fetched once, by the first of them.
    const { message } = await callServer<{ readonly matchedAddresses: readonly string[] }>(
      server,
      "rpc.ServerService/CheckBlacklist",
      { addresses: page },
    );
    for (const address of message.matchedAddresses) blocked.add(address);
  }
  return blocked;
}
