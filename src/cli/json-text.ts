import { DIRECTION_MARKS } from "./direction-marks.js";

/** What JSON leaves as it is and a terminal may obey. */
const RAW = new RegExp(`[\\x7f-\\x9f${DIRECTION_MARKS}]`, "gu");

/** A value as JSON on several lines, in which nothing drives a terminal: what could, is escaped, and reads the same. */
export function jsonText(value: unknown): string {
  return escapeRaw(JSON.stringify(value, undefined, 2));
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return escapeRaw(JSON.stringify(value));
}

function escapeRaw(json: string): string {
  return json.replace(RAW, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
