import type { EntryCoder } from "../entry-coder.js";
import type { Change, Write } from "./write.js";

/** Has `newer` take the place of a write that has not begun, with those who wait for it. */
export function supersede<T>(older: Write<T>, newer: Write<T>, coder: EntryCoder<T>): void {
  newer.waiters.unshift(...older.waiters);
  older.waiters = [];
  // Whoever was told that the older one will be done can do with the newer one alone, so that has to be.
  if (older.isAccepted) newer.isAccepted = true;
  if (!older.isFill) newer.isFill = false;
  if (newer.change.kind === "expire") newer.change = expired(older, newer.version, coder);
}

/** What expiring makes of a write that has not begun. */
function expired<T>({ key, change }: Write<T>, version: number, coder: EntryCoder<T>): Change<T> {
  if (change.kind !== "put") return change;
  const sealed = coder.sealExpired(key, change.entry, version);
  return sealed === undefined ? change : { kind: "put", ...sealed };
}
