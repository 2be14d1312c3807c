/** What the server stores under a key: a body and its content type. */

/** A value as HTTP has it. */
export interface HttpValue {
  /** As the client sent it; at most {@link MAX_CONTENT_TYPE_BYTES} visible ASCII characters. */
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Bytes a content type may have: its length is stored in one byte, and real ones stay below 100. */
export const MAX_CONTENT_TYPE_BYTES = 255;

/** Of the stored form. Raised when the form changes; values of another version count as misses. */
const FORMAT_VERSION = 1;

const CONTENT_TYPE: RegExp = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Whether `text` may be stored, and sent back, as a content type. */
export function isContentType(text: string): boolean {
  return text.length <= MAX_CONTENT_TYPE_BYTES && CONTENT_TYPE.test(text);
}

/** The codec of every category the server opens: format version, length of the content type, content type, body. */
export const httpValueCodec: {
  readonly name: string;
  encode(value: HttpValue): Uint8Array;
  decode(bytes: Uint8Array): HttpValue;
} = {
  name: "http",
  encode({ contentType, body }) {
    const bytes = new Uint8Array(2 + contentType.length + body.byteLength);
    bytes[0] = FORMAT_VERSION;
    bytes[1] = contentType.length;
    for (let index = 0; index < contentType.length; index += 1)
      bytes[2 + index] = contentType.charCodeAt(index);
    bytes.set(body, 2 + contentType.length);
    return bytes;
  },
  decode(bytes) {
    if (bytes[0] !== FORMAT_VERSION) {
      throw new TypeError(
        `Cannot decode value: expected format version ${FORMAT_VERSION}: received ${bytes[0]}`,
      );
    }
    const bodyStart = 2 + (bytes[1] ?? 0);
    // A cut value yields a short, hence invalid or shorter, content type: a stored length beyond the end is caught here.
    const contentType =
      bodyStart <= bytes.byteLength ? String.fromCharCode(...bytes.subarray(2, bodyStart)) : "";
    if (!isContentType(contentType)) {
      throw new TypeError("Cannot decode value: expected a content type of visible ASCII characters");
    }
    return { contentType, body: bytes.subarray(bodyStart) };
  },
};
