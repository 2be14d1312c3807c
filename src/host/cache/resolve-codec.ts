import { bytesCodec } from "./bytes-codec.js";
import type { Codec } from "./codec.js";
import { jsonCodec } from "./json-codec.js";

const CODEC_NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

/**
 * The codec that an option of a category means.
 * @param codec A built-in one by name, or one of the application's own; default `"json"`.
 * @throws {TypeError} It is neither, its name does not match `[a-z0-9][a-z0-9-]*` of 1 to 32 characters, or is that
 * of a built-in one.
 */
export function resolveCodec<T>(codec: "json" | "bytes" | Codec<T> = "json"): Codec<T> {
  // What a category holds is the application's claim; the built-in codecs check what they encode themselves.
  if (codec === "json" || codec === jsonCodec) return jsonCodec as Codec<T>;
  if (codec === "bytes" || codec === bytesCodec) return bytesCodec as unknown as Codec<T>;
  checkOwn(codec);
  return codec;
}

function checkOwn(codec: unknown): void {
  if (typeof codec !== "object" || codec === null) {
    throw invalid(
      '"json", "bytes" or an object',
      typeof codec === "string" ? JSON.stringify(codec) : typeof codec,
    );
  }
  const { name, encode, decode } = codec as Partial<Record<keyof Codec<unknown>, unknown>>;
  if (typeof name !== "string" || !CODEC_NAME.test(name)) {
    throw invalid("a name of 1 to 32 characters [a-z0-9][a-z0-9-]*", JSON.stringify(name) ?? typeof name);
  }
  if (name === jsonCodec.name || name === bytesCodec.name) {
    throw invalid("a name that no built-in codec has", JSON.stringify(name));
  }
  if (typeof encode !== "function" || typeof decode !== "function") {
    throw invalid("methods encode and decode", `${typeof encode} and ${typeof decode}`);
  }
}

function invalid(expected: string, received: string): TypeError {
  return new TypeError(`Cannot use codec: expected ${expected}: received ${received}`);
}
