/** An entry as `stockpile cache get` prints it. */
import { z } from "zod";

import { ageText } from "../age-text.js";
import { DIRECTION_MARKS } from "../direction-marks.js";
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";

/** An entry as the server tells of it, as far as it is used here. */
export interface ShownEntry {
  readonly source: string;
  readonly storedAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  /** Of a value stored over HTTP. */
  readonly contentType?: string | undefined;
  /** Of bytes that are UTF-8. */
  readonly text?: string | undefined;
  /** Of other bytes. */
  readonly base64?: string | undefined;
  /** Of any other value. */
  readonly json?: unknown;
  /** Then there is none of the three. */
  readonly isHidden: boolean;
}

/** That part; what else there is, is kept as it came. */
export const entrySchema: z.ZodType<ShownEntry> = z.looseObject({
  source: z.string(),
  storedAt: z.number().optional(),
  expiresAt: z.number().optional(),
  contentType: z.string().optional(),
  text: z.string().optional(),
  base64: z.string().optional(),
  json: z.unknown().optional(),
  isHidden: z.boolean(),
});

const MAX_CHARACTERS = 200;
/** Control characters but for line breaks and tabs, and marks that turn the direction of writing. */
const DRIVES_TERMINAL = new RegExp(`[^\\P{Cc}\\n\\t]|[${DIRECTION_MARKS}]`, "gu");
/** A file takes whatever there is. */
const TO_FILE = "redirect the output to a file";

/** Where the value came from, on one line. */
export function entryOrigin({ source, storedAt, expiresAt, contentType }: ShownEntry): string {
  const now = Date.now();
  const parts = [
    `from ${plainText(source, MAX_CHARACTERS)}`,
    ...(storedAt === undefined ? [] : [`stored ${ageText(now - storedAt)} ago`]),
    ...(expiresAt === undefined ? [] : [`fresh for ${ageText(expiresAt - now)}`]),
    ...(contentType === undefined ? [] : [plainText(contentType, MAX_CHARACTERS)]),
  ];
  return parts.join(", ");
}

/**
 * The value: bytes as they were stored, and whatever else as JSON.
 * @throws {Error} the server does not show it.
 */
export function entryValue({ text, base64, json, isHidden }: ShownEntry): string | Uint8Array {
  if (isHidden) throw new Error("Cannot print the value: it is too large, or no JSON data");
  if (text !== undefined) return text;
  return base64 === undefined ? `${jsonText(json ?? null)}\n` : Buffer.from(base64, "base64");
}

/**
 * The value as whole lines of which nothing drives a terminal.
 * @throws {Error} it is not fit for one, or the server does not show it.
 */
export function entryForTerminal(entry: ShownEntry): string {
  if (entry.isHidden && entry.contentType !== undefined)
    throw new Error(`Cannot print the value: it is large: ${TO_FILE}`);
  const value = entryValue(entry);
  if (typeof value !== "string") throw new Error(`Cannot print the value: it is no text: ${TO_FILE}`);
  const text = value.replaceAll("\r\n", "\n").replace(DRIVES_TERMINAL, "\ufffd");
  return text.endsWith("\n") ? text : `${text}\n`;
}
