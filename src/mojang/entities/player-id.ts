/** Ids of players: UUIDs, which Mojang writes without dashes. */

const WITHOUT_DASHES: RegExp = /^[0-9a-f]{32}$/i;
const WITH_DASHES: RegExp = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/i;

/** The id as Mojang writes it, 32 hexadecimal digits in lower case; `undefined`: it is none, with dashes or without. */
export function parsePlayerId(text: string): string | undefined {
  if (WITHOUT_DASHES.test(text)) return text.toLowerCase();
  return WITH_DASHES.test(text) ? text.replaceAll("-", "").toLowerCase() : undefined;
}

/** The same with dashes, as the original wrote it. */
export function toDashedId(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
