/**
 * The record that a process sends over its lifeline: what its pulse says at the moment. Processes share no memory in
 * Node, so that the host keeps a pulse of its own and copies into it what it is told.
 */
import { Phase } from "./pulse.js";
import type { Pulse } from "./pulse.js";

/** The size of a record. Both sides run on one machine, so that its numbers lie as they do in memory. */
export const RECORD_BYTES = 56;

/** What a record begins with: "SPL1" read as a number. */
const MARK = 0x53_50_4c_31;
const WORD = { mark: 0, ticks: 1, executing: 2, received: 3, phase: 4, signal: 5 } as const;
const WORDS_BYTES = 24;
const NUMBER = { heapBytes: 0, externalBytes: 1, residentBytes: 2, busyMs: 3 } as const;

/** Signals are numbered up to here, on every system. */
const MAX_SIGNAL = 128;

/**
 * A record of what `pulse` says now.
 * @param signal The number of the signal that the process is about to send itself; 0 for none.
 */
export function encodeRecord(pulse: Pulse, signal: number = 0): Uint8Array {
  const record = new ArrayBuffer(RECORD_BYTES);
  const words = new Int32Array(record, 0, WORDS_BYTES / Int32Array.BYTES_PER_ELEMENT);
  words[WORD.mark] = MARK;
  words[WORD.ticks] = pulse.ticks;
  words[WORD.executing] = pulse.executing;
  words[WORD.received] = pulse.received;
  words[WORD.phase] = pulse.phase;
  words[WORD.signal] = signal;
  const numbers = new Float64Array(record, WORDS_BYTES);
  numbers[NUMBER.heapBytes] = pulse.heapBytes;
  numbers[NUMBER.externalBytes] = pulse.externalBytes;
  numbers[NUMBER.residentBytes] = pulse.residentBytes;
  numbers[NUMBER.busyMs] = pulse.busyMs;
  return new Uint8Array(record);
}

/**
 * Copies a record into `pulse`, the host's.
 * @param record Of {@link RECORD_BYTES} bytes, which nobody has checked.
 * @returns whether it is one; nothing has been copied otherwise.
 */
export function takeRecord(record: Uint8Array, pulse: Pulse): boolean {
  // In memory of its own, which begins where a number may.
  const { buffer } = new Uint8Array(record);
  const words = new Int32Array(buffer, 0, WORDS_BYTES / Int32Array.BYTES_PER_ELEMENT);
  const numbers = new Float64Array(buffer, WORDS_BYTES);
  const [mark, ticks = 0, executing = 0, received = 0, phase = 0, signal = 0] = words;
  const isPlausible =
    mark === MARK &&
    executing >= 0 &&
    received >= 0 &&
    phase >= Phase.boot &&
    phase <= Phase.stop &&
    signal >= 0 &&
    signal <= MAX_SIGNAL &&
    numbers.every((number) => Number.isFinite(number) && number >= 0);
  if (!isPlausible) return false;
  const [heapBytes = 0, externalBytes = 0, residentBytes = 0, busyMs = 0] = numbers;
  pulse.ticks = ticks;
  pulse.executing = executing;
  pulse.received = received;
  pulse.phase = phase;
  pulse.recordMemory(heapBytes, externalBytes);
  pulse.residentBytes = residentBytes;
  pulse.busyMs = busyMs;
  return true;
}

/** The signal that a record, which {@link takeRecord} has taken, says the process is about to send itself; 0 for none. */
export function signalOf(record: Uint8Array): number {
  const [signal = 0] = new Int32Array(
    new Uint8Array(record).buffer,
    WORD.signal * Int32Array.BYTES_PER_ELEMENT,
    1,
  );
  return signal;
}
