/** The token, for as long as this tab is open: no other tab, and nobody who opens the browser later, has it. */

const KEY = "stockpile.token";

/** `undefined`: nobody has given one. */
export function storedToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

/** @param token `undefined`: it is forgotten. */
export function storeToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}
