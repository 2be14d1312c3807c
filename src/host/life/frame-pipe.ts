/** The host's end of a process's pipes of frames. */
import type { Socket } from "node:net";
import { encodeFrame } from "../../contract/frame-codec.js";
import { FrameReader } from "../../contract/frame-reader.js";
import { MAX_BULK_BYTES, MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from "../../contract/frame-limits.js";
import { MAX_FRAMES_AT_ONCE } from "./flood-gauge.js";
import type { FrameMeter } from "./frame-meter.js";
import { isAnswer } from "./is-answer.js";

export interface FramePipeOptions {
  readonly write: Socket;
  readonly read: Socket;
  readonly maxValueBytes: number;
  /** Measures what the frames from the process cost. */
  readonly meter: FrameMeter;
  readonly onMessage: (message: unknown) => void;
  /** The far side broke the protocol; the message says how, as the end of a sentence. */
  readonly onFault: (message: string) => void;
  /** A pipe was closed by the far side. */
  readonly onClose: (message: string) => void;
}

export class FramePipe {
  readonly #options: FramePipeOptions;
  /** Answers written since the pipe last had room. */
  #waiting = 0;

  constructor(options: FramePipeOptions) {
    this.#options = options;
    const { write, read, maxValueBytes, meter, onMessage, onFault, onClose } = options;
    const reader = new FrameReader(
      {
        messageBytes: MAX_MESSAGE_BYTES,
        attachedBytes: MAX_FRAME_BYTES + Math.max(MAX_BULK_BYTES, maxValueBytes),
      },
      onMessage,
      meter,
    );
    read.on("data", (chunk: Uint8Array) => {
      const fault = reader.push(chunk);
      if (fault !== undefined) onFault(fault);
    });
    write.on("drain", () => (this.#waiting = 0));
    write.on("data", () => onFault("it writes on the pipe it is to read"));
    for (const event of ["error", "end"]) {
      read.on(event, () => onClose("its pipe to the host was closed"));
      write.on(event, () => onClose("its pipe from the host was closed"));
    }
  }

  /**
   * Sends a message. What the process does not read lies in the host's memory: calls are bounded before they are
   * sent, by a limit of the configuration that may be far above this one, and answers here.
   * @throws {Error} it holds what cannot be cloned, or there is no memory for its frame.
   */
  readonly post = (message: unknown): void => {
    const { write, onFault } = this.#options;
    const parts = encodeFrame(message);
    if (!write.writable) return;
    if (parts.length > 1) write.cork();
    for (const part of parts) write.write(part);
    if (parts.length > 1) write.uncork();
    if (!write.writableNeedDrain || !isAnswer(message)) return;
    this.#waiting += 1;
    if (this.#waiting > MAX_FRAMES_AT_ONCE) onFault("it does not read what it is answered");
  };
}
