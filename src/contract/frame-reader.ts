/** Puts frames together from a pipe, which cuts them as it likes, and hands on their messages. */
import { HEAD_BYTES, decodeMessage } from "./frame-codec.js";
import type { DecodedMessage } from "./frame-codec.js";

/** The most bytes of each part of a frame. */
export interface FrameCaps {
  readonly messageBytes: number;
  readonly attachedBytes: number;
}

/** Watches over what frames cost whoever reads them. */
export interface FrameToll {
  /** Asked before there is memory for a message. Answers why it is not taken, as the end of a sentence. */
  admit(messageBytes: number): string | undefined;
  /** Decodes a message, or hands it on. */
  time<Result>(messageBytes: number, work: () => Result): Result;
  /** Asked after that. Answers why nothing more is taken. */
  refusal(): string | undefined;
}

const NO_TOLL: FrameToll = {
  admit: () => undefined,
  time: (_messageBytes, work) => work(),
  refusal: () => undefined,
};

/** What is being read: a part of a frame that did not come in one piece, and what follows it. */
interface Target {
  readonly bytes: Uint8Array;
  filled: number;
}

interface Waiting {
  readonly message: unknown;
  readonly others: Target[];
}

const NOTHING_WAITS: Waiting = { message: undefined, others: [] };

export class FrameReader {
  readonly #caps: FrameCaps;
  readonly #onMessage: (message: unknown) => void;
  readonly #toll: FrameToll;
  readonly #head: Target = { bytes: new Uint8Array(HEAD_BYTES), filled: 0 };
  /** Sizes of the frame that is being read, as its head says. */
  #messageBytes = 0;
  #attachedBytes = 0;
  /** The message part, while it is incomplete. */
  #part: Target | undefined;
  /** The attachment that is being read. */
  #attachment: Target | undefined;
  /** What it belongs to, and what follows it. */
  #waiting: Waiting = NOTHING_WAITS;
  #fault: string | undefined;

  /** @param onMessage Called for each message as soon as it is complete. */
  constructor(caps: FrameCaps, onMessage: (message: unknown) => void, toll: FrameToll = NO_TOLL) {
    this.#caps = caps;
    this.#onMessage = onMessage;
    this.#toll = toll;
  }

  /**
   * Takes the next bytes; nothing keeps them.
   * @returns what is wrong with them, as the end of a sentence, or `undefined`. After a fault nothing more is read.
   */
  push(chunk: Uint8Array): string | undefined {
    let at = 0;
    while (this.#fault === undefined && at < chunk.byteLength) {
      if (this.#attachment !== undefined) at = this.#readAttachment(this.#attachment, chunk, at);
      else if (this.#head.filled === HEAD_BYTES) at = this.#readPart(chunk, at);
      else at = this.#readHead(chunk, at);
    }
    return this.#fault;
  }

  #readHead(chunk: Uint8Array, at: number): number {
    const next = fill(this.#head, chunk, at);
    if (this.#head.filled < HEAD_BYTES) return next;
    const { bytes } = this.#head;
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD_BYTES);
    this.#messageBytes = view.getUint32(0, true);
    this.#attachedBytes = view.getUint32(4, true);
    const { messageBytes, attachedBytes } = this.#caps;
    if (this.#messageBytes === 0) this.#fault = "a frame is empty";
    else if (this.#messageBytes > messageBytes) {
      this.#fault = `a frame has a message of ${this.#messageBytes} bytes: at most ${messageBytes} are taken`;
    } else if (this.#attachedBytes > attachedBytes) {
      this.#fault = `a frame has ${this.#attachedBytes} bytes of values: at most ${attachedBytes} are taken`;
    } else this.#fault = this.#toll.admit(this.#messageBytes);
    return next;
  }

  #readPart(chunk: Uint8Array, at: number): number {
    const end = at + this.#messageBytes;
    // Most frames come in one piece: those are read where they are.
    if (this.#part === undefined && end <= chunk.byteLength) {
      this.#decode(chunk.subarray(at, end));
      return end;
    }
    this.#part ??= { bytes: new Uint8Array(this.#messageBytes), filled: 0 };
    const next = fill(this.#part, chunk, at);
    if (this.#part.filled === this.#messageBytes) this.#decode(this.#part.bytes);
    return next;
  }

  #decode(part: Uint8Array): void {
    this.#part = undefined;
    this.#head.filled = 0;
    const decoded = this.#toll.time(this.#messageBytes, () => decode(part, this.#attachedBytes));
    this.#fault = decoded === undefined ? "a frame cannot be read" : this.#toll.refusal();
    if (decoded === undefined || this.#fault !== undefined) return;
    if (decoded.attachments.length === 0) this.#deliver(decoded.message);
    else {
      const [first, ...others] = decoded.attachments.map((bytes) => ({ bytes, filled: 0 }));
      this.#attachment = first;
      this.#waiting = { message: decoded.message, others };
    }
  }

  #readAttachment(attachment: Target, chunk: Uint8Array, at: number): number {
    const next = fill(attachment, chunk, at);
    if (attachment.filled < attachment.bytes.byteLength) return next;
    this.#attachment = this.#waiting.others.shift();
    if (this.#attachment !== undefined) return next;
    const { message } = this.#waiting;
    this.#waiting = NOTHING_WAITS;
    this.#deliver(message);
    return next;
  }

  #deliver(message: unknown): void {
    this.#toll.time(this.#messageBytes, () => this.#onMessage(message));
    this.#fault = this.#toll.refusal();
  }
}

/** Garbage, and what there is no memory for, is `undefined`: what V8 says of it helps nobody. */
function decode(part: Uint8Array, attachedBytes: number): DecodedMessage | undefined {
  try {
    return decodeMessage(part, attachedBytes);
  } catch {
    return undefined;
  }
}

/** Copies what fits; answers where the rest of the chunk begins. */
function fill(target: Target, chunk: Uint8Array, at: number): number {
  const end = Math.min(chunk.byteLength, at + target.bytes.byteLength - target.filled);
  target.bytes.set(chunk.subarray(at, end), target.filled);
  target.filled += end - at;
  return end;
}
