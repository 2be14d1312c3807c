/** The host's end of the lifeline of a process: keeps the host's pulse as the process's own, and takes its profiles. */
import type { Socket } from "node:net";
import { RECORD_BYTES, signalOf, takeRecord } from "../../contract/lifeline-record.js";
import { isProfilePiece } from "../../contract/profile-record.js";
import type { Pulse } from "../../contract/pulse.js";
import { systemClock } from "../clock.js";
import { FloodGauge } from "./flood-gauge.js";

export interface LifelineOptions {
  readonly socket: Socket;
  /** Takes what the records say. */
  readonly pulse: Pulse;
  /** Takes a piece of a profile; answers what is wrong with it. */
  readonly onProfilePiece: (record: Uint8Array) => string | undefined;
  /** The process is about to send itself the signal of that number. */
  readonly onOwnSignal: (signal: number) => void;
  /** The far side broke the protocol; the message says how, as the end of a sentence. */
  readonly onFault: (message: string) => void;
}

/** Reads records from now on, until the socket is destroyed. */
export function readLifeline({ socket, pulse, onProfilePiece, onOwnSignal, onFault }: LifelineOptions): void {
  const gauge = new FloodGauge(systemClock);
  const record = new Uint8Array(RECORD_BYTES);
  let filled = 0;
  const take = (taken: Uint8Array): string | undefined => {
    if (isProfilePiece(taken)) return onProfilePiece(taken);
    if (!takeRecord(taken, pulse)) return "its lifeline brought a malformed record";
    const signal = signalOf(taken);
    if (signal !== 0) onOwnSignal(signal);
    return undefined;
  };
  socket.on("data", (chunk: Uint8Array) => {
    for (let at = 0; at < chunk.byteLength;) {
      const end = Math.min(chunk.byteLength, at + RECORD_BYTES - filled);
      record.set(chunk.subarray(at, end), filled);
      filled += end - at;
      at = end;
      if (filled < RECORD_BYTES) return;
      filled = 0;
      if (gauge.isFlooded()) return onFault("it floods its lifeline");
      const fault = take(record);
      if (fault !== undefined) return onFault(fault);
    }
  });
}
