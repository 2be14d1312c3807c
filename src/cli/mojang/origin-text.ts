/** Where an answer came from, for people. */
import { ageText } from "../age-text.js";
import { plainText } from "../plain-text.js";
import type { RpcOrigin } from "../remote/call-server.js";

const MAX_CHARACTERS = 64;
const YELLOW = "\u001b[33m";
const COLOUR_END = "\u001b[39m";

/** As "the cache, 5 min old". An old answer that stands in for Mojang's is set off from others. */
export function originText({ source = "none", stale, ageMs }: RpcOrigin, isColoured: boolean): string {
  if (source === "loader") return "Mojang, just now";
  const place = ["near", "backend", "pending"].includes(source)
    ? "the cache"
    : plainText(source, MAX_CHARACTERS);
  const text = ageMs === undefined ? place : `${place}, ${ageText(ageMs)} old`;
  if (!stale) return text;
  const warning = `${text}, expired: Mojang could not be asked`;
  return isColoured ? `${YELLOW}${warning}${COLOUR_END}` : warning;
}
