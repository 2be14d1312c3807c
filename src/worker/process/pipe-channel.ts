/**
 * The process's end of its pipes of frames.
 *
 * What is written blocks until the pipe has it: then an error that ends the process, the lines it logged and the
 * results before it are with the host when it ends, whatever ends it. The host never waits for this process, and so
 * always reads on.
 */
import { writeSync, writevSync } from "node:fs";
import { Socket } from "node:net";
import { encodeFrame } from "../../contract/frame-codec.js";
import { FrameReader } from "../../contract/frame-reader.js";
import { PIPE } from "../../contract/process-pipes.js";
import { endProcess } from "./end-process.js";

/** Frames from the host are not judged: its calls are bounded before they are sent. */
const NO_CAPS = { messageBytes: Infinity, attachedBytes: Infinity };
/** Read at a time: as much as the pipe holds. */
const READ_BYTES = 256 * 1024;

export class PipeChannel {
  readonly #held: unknown[] = [];
  #receive: (message: unknown) => void = (message) => void this.#held.push(message);

  constructor() {
    const reader = new FrameReader(NO_CAPS, (message) => this.#receive(message));
    const socket = new Socket({
      fd: PIPE.fromHost,
      readable: true,
      writable: false,
      onread: {
        buffer: new Uint8Array(READ_BYTES),
        callback: (bytes, buffer) => {
          if (reader.push(buffer.subarray(0, bytes)) !== undefined) endProcess();
          return true;
        },
      },
    });
    for (const event of ["end", "error"]) socket.on(event, endProcess);
    socket.resume();
  }

  /** Receives messages from now on, those first that have been waiting. */
  start(receive: (message: unknown) => void): void {
    this.#receive = receive;
    for (const message of this.#held.splice(0)) receive(message);
  }

  /** Resolves with the first message. Call it before {@link start}. */
  first(): Promise<unknown> {
    return new Promise((resolve) => {
      this.#receive = (message) => {
        this.#receive = (later) => void this.#held.push(later);
        resolve(message);
      };
    });
  }

  /**
   * Sends a message; it is with the host when this returns.
   * @throws {Error} it holds what cannot be cloned.
   */
  readonly post = (message: unknown): void => {
    const parts = encodeFrame(message);
    try {
      writeAll(parts);
    } catch {
      // The host has gone, which the watchdog sees as well, or the plugin has closed the pipe, which the host sees.
    }
  };
}

function writeAll(parts: readonly Uint8Array[]): void {
  let [rest, ...others] = parts;
  if (others.length > 0) {
    // Nearly always all of it; what is cut is written on below.
    let written = writevSync(PIPE.toHost, [...parts]);
    while (rest !== undefined && written >= rest.byteLength) {
      written -= rest.byteLength;
      [rest, ...others] = others;
    }
    rest = rest?.subarray(written);
  }
  while (rest !== undefined) {
    const written = writeSync(PIPE.toHost, rest);
    if (written < rest.byteLength) rest = rest.subarray(written);
    else [rest, ...others] = others;
  }
}
