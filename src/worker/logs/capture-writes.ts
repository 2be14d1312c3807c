import type { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { LineSplitter } from "../../contract/line-splitter.js";

/** A stream whose writing has been taken over. */
export interface WriteCapture {
  /** Hands on the line that has begun, as if it had ended. */
  flush(): void;
  /** Gives the stream its own `write` back. */
  restore(): void;
}

/**
 * Makes `stream.write()` hand each line to `write` instead. It keeps its contract: strings in any encoding or bytes,
 * a callback after the call has returned, a `TypeError` for anything else. Its answer is always `true`: what cannot
 * be taken is dropped further on, so nobody has to wait.
 */
export function captureWrites(stream: Writable, write: (line: string) => void): WriteCapture {
  const decoder = new StringDecoder("utf8");
  const splitter = new LineSplitter(write);
  const own = Object.getOwnPropertyDescriptor(stream, "write");

  const replacement = (chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    splitter.push(decode(chunk, encoding, decoder));
    const done = typeof encoding === "function" ? encoding : callback;
    if (typeof done === "function") process.nextTick(done);
    return true;
  };
  stream.write = replacement;

  return {
    flush: () => {
      splitter.push(decoder.end());
      splitter.flush();
    },
    restore: () => {
      if (own === undefined) Reflect.deleteProperty(stream, "write");
      else Object.defineProperty(stream, "write", own);
    },
  };
}

function decode(chunk: unknown, encoding: unknown, decoder: StringDecoder): string {
  if (typeof chunk === "string") {
    if (typeof encoding !== "string" || /^utf-?8$/i.test(encoding)) return decoder.end() + chunk;
    if (Buffer.isEncoding(encoding)) return decoder.end() + Buffer.from(chunk, encoding).toString();
    throw new TypeError(`Cannot write: expected an encoding Node knows: received "${encoding}"`);
  }
  if (!(chunk instanceof Uint8Array)) {
    throw new TypeError(`Cannot write: expected a string or a Uint8Array: received ${typeof chunk}`);
  }
  return decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
}
