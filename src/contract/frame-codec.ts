/**
 * How a message becomes a frame on the pipe of a process, and a message again.
 *
 * A frame is a head of 8 bytes, the message as V8 serialises it, and its attachments: arrays of at least
 * {@link MIN_ATTACHED_BYTES}, which are neither copied into the message nor decoded. So what has to be decoded, which
 * is what can hold the far side up, has a cap of its own, far below that of the values.
 */
import { Deserializer, Serializer } from "node:v8";

/** The sizes of message and attachments, both little-endian and of 32 bits. */
export const HEAD_BYTES = 8;

/** Arrays of fewer bytes lie in the message: another part of a write costs as much as to copy so many. */
export const MIN_ATTACHED_BYTES = 4096;

/** The kinds of arrays that may cross, as they are numbered in a message; an attached one has 2 added. */
const KIND = { bytes: 0, numbers: 1 } as const;
const ATTACHED = 2;

/** What may cross besides plain data. */
type Crossing = Uint8Array | Float64Array;

const NO_HEAD = new Uint8Array(HEAD_BYTES);

/**
 * Makes a frame of a message, in the parts it is to be written in, one after the other. Attachments are the message's
 * own memory: it must not be written to before the frame has been sent.
 * @throws {Error} it holds what cannot be cloned, or would be larger than a frame can say.
 */
export function encodeFrame(message: unknown): readonly Uint8Array[] {
  const serializer = new FrameSerializer();
  // Room for the head, so that head and message are one part.
  serializer.writeRawBytes(NO_HEAD);
  serializer.writeHeader();
  serializer.writeValue(message);
  const part = serializer.releaseBuffer();
  const { attachments, attachedBytes } = serializer;
  part.writeUInt32LE(part.byteLength - HEAD_BYTES, 0);
  part.writeUInt32LE(attachedBytes, 4);
  return attachments.length === 0 ? [part] : [part, ...attachments];
}

/** A message whose attachments may have yet to be filled, in this order. */
export interface DecodedMessage {
  readonly message: unknown;
  readonly attachments: readonly Uint8Array[];
}

/**
 * Decodes the part of a frame between its head and its attachments. All arrays get memory of their own.
 * @param attachedBytes What the head says of the attachments.
 * @throws {Error} it is no message, or has other attachments.
 */
export function decodeMessage(part: Uint8Array, attachedBytes: number): DecodedMessage {
  const deserializer = new FrameDeserializer(part, attachedBytes);
  deserializer.readHeader();
  const message: unknown = deserializer.readValue();
  if (deserializer.expectedBytes > 0)
    throw new Error("A frame has more attached to it than its message holds");
  return { message, attachments: deserializer.attachments };
}

/* The hooks have these names in Node. */
/* oxlint-disable no-underscore-dangle */

class FrameSerializer extends Serializer {
  readonly attachments: Uint8Array[] = [];
  attachedBytes = 0;

  constructor() {
    super();
    asHooked(this)._setTreatArrayBufferViewsAsHostObjects(true);
  }

  /** Called by V8 for arrays, and for whatever is not plain data. */
  _writeHostObject(object: unknown): void {
    const view = checkCrossing(object);
    const kind = view instanceof Float64Array ? KIND.numbers : KIND.bytes;
    const { buffer, byteOffset, byteLength } = view;
    const isAttached = byteLength >= MIN_ATTACHED_BYTES;
    this.writeUint32(isAttached ? kind + ATTACHED : kind);
    this.writeUint32(byteLength);
    if (!isAttached) {
      this.writeRawBytes(view);
      return;
    }
    this.attachments.push(new Uint8Array(buffer, byteOffset, byteLength));
    this.attachedBytes += byteLength;
  }
}

class FrameDeserializer extends Deserializer {
  readonly attachments: Uint8Array[] = [];
  expectedBytes: number;

  constructor(part: Uint8Array, attachedBytes: number) {
    super(part);
    this.expectedBytes = attachedBytes;
  }

  _readHostObject(): Crossing {
    const kind = this.readUint32();
    const byteLength = this.readUint32();
    return (kind & KIND.numbers) === 0
      ? this.#readBytes(kind, byteLength)
      : new Float64Array(this.#readBytes(kind, byteLength).buffer);
  }

  #readBytes(kind: number, byteLength: number): Uint8Array<ArrayBuffer> {
    if ((kind & ATTACHED) === 0) return new Uint8Array(this.readRawBytes(byteLength));
    this.expectedBytes -= byteLength;
    // Before there is memory for it: a message may claim any size, and any number of small ones.
    if (this.expectedBytes < 0 || byteLength < MIN_ATTACHED_BYTES) {
      throw new Error("A frame has other attachments than its message holds");
    }
    const bytes = new Uint8Array(byteLength);
    this.attachments.push(bytes);
    return bytes;
  }
}

/** The hook that Node's types leave out. */
function asHooked(serializer: Serializer): { _setTreatArrayBufferViewsAsHostObjects(flag: boolean): void } {
  return serializer as never;
}
/* oxlint-enable no-underscore-dangle */

function checkCrossing(object: unknown): Crossing {
  if (object instanceof Uint8Array || object instanceof Float64Array) return object;
  const name = Object.prototype.toString.call(object).slice("[object ".length, -1);
  throw new TypeError(`Cannot send ${name}: expected plain data, Uint8Array or Float64Array`);
}
