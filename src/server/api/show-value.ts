import { isUtf8 } from "node:buffer";

import type { HttpValue } from "../http-value.js";

/** A value as JSON shows it. */
export interface ShownValue {
  /** Of a value stored over HTTP. */
  readonly contentType?: string;
  /** Of a value that is bytes: how many. */
  readonly bytes?: number;
  /** Of bytes that are text in UTF-8: the text. */
  readonly text?: string;
  /** Of other bytes. */
  readonly base64?: string;
  /** Of any other value: itself, where it is JSON data. */
  readonly json?: unknown;
  /** Whether it is too large to be shown, or no JSON data: then nothing of it is. */
  readonly isHidden: boolean;
}

/** Bytes or characters of a value that are shown: what somebody looks at, not what a program fetches. */
const MAX_SHOWN = 65_536;

/** @param isHttp whether it is an {@link HttpValue}. */
export function showValue(value: unknown, isHttp: boolean): ShownValue {
  if (isHttp) {
    const { contentType, body } = value as HttpValue; // What categories of this server hold.
    return { contentType, ...showBytes(body) };
  }
  if (value instanceof Uint8Array) return showBytes(value);
  const text = tryJson(value);
  return text === undefined || text.length > MAX_SHOWN
    ? { isHidden: true }
    : { json: value, isHidden: false };
}

function showBytes(body: Uint8Array): ShownValue {
  const bytes = body.byteLength;
  if (bytes > MAX_SHOWN) return { bytes, isHidden: true };
  const buffer = Buffer.from(body.buffer, body.byteOffset, bytes);
  return isUtf8(buffer)
    ? { bytes, text: buffer.toString("utf8"), isHidden: false }
    : { bytes, base64: buffer.toString("base64"), isHidden: false };
}

function tryJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    // A cycle or a bigint, which a codec of the application's may have.
    return undefined;
  }
}
