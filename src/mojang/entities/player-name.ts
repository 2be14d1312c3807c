/** Names of players. */

/** As Mojang's own message says of a name it refuses: "size must be between 1 and 25". New names have 3 to 16. */
export const MAX_NAME_LENGTH = 25;

const NAME: RegExp = /^\w{1,25}$/;

/**
 * Whether Mojang would look a name up. One that it would not spoils the whole page of names it is asked with, so such
 * names are not sent.
 */
export function isPlayerName(text: string): boolean {
  return NAME.test(text);
}

const NAME_IN_GAME: RegExp = /^[\x21-\x7e]{1,25}$/;

/**
 * Whether the game lets somebody of that name join: names that are very old have characters besides, and cannot be looked
 * up.
 */
export function mayJoin(text: string): boolean {
  return NAME_IN_GAME.test(text);
}

/** What a name is stored under: names are the same in upper and lower case. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}
