/** `stockpile cache get|set|delete`: one entry of a running server. */
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { z } from "zod";

import { ageText } from "../age-text.js";
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";
import { errorReason } from "../plugin-build/error-reason.js";
import { checkSuccess, readAnswer } from "./read-answer.js";
import { readToken } from "./read-token.js";
import { requestServer } from "./request-server.js";
import type { RemoteOptions } from "./server-option.js";

/** Where the value comes from, and how it is stored. */
export interface SetEntryOptions extends RemoteOptions {
  readonly file?: string;
  readonly ttl?: string;
  readonly type?: string;
}

/** A call to a backend has its own limit, of half a second by default; a large value takes its time. */
const TIMEOUT_MS = 30_000;
const MAX_CHARACTERS = 200;
const DEFAULT_TYPE = "text/plain; charset=utf-8";

const entrySchema = z.looseObject({
  source: z.string(),
  storedAt: z.number().optional(),
  expiresAt: z.number().optional(),
  contentType: z.string().optional(),
  text: z.string().optional(),
  json: z.unknown().optional(),
});

/**
 * Prints the value as it is stored; with `json` where it came from as well.
 * @throws {Error} there is none, or the server cannot say.
 */
export async function getEntry(
  category: string,
  key: string,
  { server, json = false }: RemoteOptions,
): Promise<void> {
  const answer = await requestServer(server, knownPath(category, key), { timeoutMs: TIMEOUT_MS });
  const entry = readAnswer(answer, entrySchema, "an entry");
  if (json) {
    process.stdout.write(`${jsonText(entry)}\n`);
    return;
  }
  if (process.stdout.isTTY) process.stderr.write(`${describe(entry)}\n`);
  if (entry.contentType === undefined) {
    process.stdout.write(`${jsonText(entry.json ?? null)}\n`);
    return;
  }
  if (process.stdout.isTTY) printShown(entry);
  else {
    // The bytes as they are, whatever they are.
    const raw = await requestServer(server, cachePath(category, key), { timeoutMs: TIMEOUT_MS });
    checkSuccess(raw);
    process.stdout.write(raw.body);
  }
}

/**
 * Stores a value: the one given, the content of a file, or what stdin brings.
 * @throws {Error} it was not stored, or there is nothing to read.
 */
export async function setEntry(
  category: string,
  key: string,
  value: string | undefined,
  options: SetEntryOptions,
): Promise<void> {
  const { server, ttl, type = DEFAULT_TYPE } = options;
  const body = await readValue(value, options.file);
  const query = ttl === undefined ? "" : `?ttl=${encodeURIComponent(ttl)}`;
  const answer = await requestServer(server, `${cachePath(category, key)}${query}`, {
    method: "PUT",
    token: await readToken(options),
    headers: { "content-type": type },
    body,
    timeoutMs: TIMEOUT_MS,
  });
  checkSuccess(answer);
  process.stdout.write(`Stored ${body.byteLength} bytes\n`);
}

/**
 * Removes an entry, also where there is none.
 * @throws {Error} it was not removed.
 */
export async function deleteEntry(category: string, key: string, options: RemoteOptions): Promise<void> {
  const token = await readToken(options);
  // With the token entries of every category can be removed; without, those that a server with openWrites lets anybody.
  const path = token === undefined ? cachePath(category, key) : knownPath(category, key);
  checkSuccess(await requestServer(options.server, path, { method: "DELETE", token, timeoutMs: TIMEOUT_MS }));
  process.stdout.write("Removed\n");
}

function cachePath(category: string, key: string): string {
  return `/cache/${encodeURIComponent(category)}/${encodeKey(key)}`;
}

function knownPath(category: string, key: string): string {
  return `/api/categories/${encodeURIComponent(category)}/entries/${encodeKey(key)}`;
}

/** A key that is `.` or `..` cannot be asked for: a URL resolves those, encoded or not. */
function encodeKey(key: string): string {
  if (key === "." || key === "..")
    throw new Error(`Cannot use key "${key}": expected one that a URL can hold`);
  return encodeURIComponent(key);
}

async function readValue(
  value: string | undefined,
  file: string | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  if (value !== undefined) return new TextEncoder().encode(value);
  try {
    return new Uint8Array(file === undefined ? await buffer(process.stdin) : await readFile(file));
  } catch (error) {
    throw new Error(`Cannot read value from ${file ?? "stdin"}: ${errorReason(error)}`, { cause: error });
  }
}

function describe({ source, storedAt, expiresAt, contentType }: z.infer<typeof entrySchema>): string {
  const now = Date.now();
  const parts = [
    `from ${plainText(source, MAX_CHARACTERS)}`,
    ...(storedAt === undefined ? [] : [`stored ${ageText(now - storedAt)} ago`]),
    ...(expiresAt === undefined ? [] : [`fresh for ${ageText(expiresAt - now)}`]),
    ...(contentType === undefined ? [] : [plainText(contentType, MAX_CHARACTERS)]),
  ];
  return parts.join(", ");
}

/** Stored text must not drive the terminal; bytes are of no use there. */
function printShown({ text }: z.infer<typeof entrySchema>): void {
  if (text === undefined)
    process.stderr.write("The value is no text, or large: redirect the output to a file\n");
  else
    process.stdout.write(
      `${text
        .split("\n")
        .map((line) => plainText(line, line.length + 1))
        .join("\n")}\n`,
    );
}
