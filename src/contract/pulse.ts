/**
 * The pulse: a page of shared memory through which the host reads a plugin's liveness without a message.
 * The worker writes, the host reads; only the addon gate is written by both. A plugin can reach this memory too, so
 * the phase serves messages only, culprits are named only among calls that were sent, and memory is compared with what
 * Node says where Node says it. A forged gate keeps a thread from being ended: it is abandoned, and shown.
 */

/** What the worker is doing, from boot to its stop. */
export const Phase = { boot: 0, import: 1, initialize: 2, serve: 3, stop: 4 } as const;

/** States of the addon gate; see {@link Pulse.gate}. */
export const Gate = { open: 0, loading: 1, condemned: 2 } as const;

const WORD = { ticks: 0, executing: 1, received: 2, phase: 3, gate: 4 } as const;
const WORDS_BYTES = 32;
const NUMBER = { heapBytes: 0, externalBytes: 1, residentBytes: 2, busyMs: 3 } as const;
const NUMBERS_BYTES = 32;

/** How often the worker's loop ticks, in ms: half of the host's resolution, so that a healthy loop is always seen. */
export const PULSE_TICK_MS = 25;

export class Pulse {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #numbers: Float64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS_BYTES + NUMBERS_BYTES)) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, WORDS_BYTES / Int32Array.BYTES_PER_ELEMENT);
    this.#numbers = new Float64Array(memory, WORDS_BYTES);
  }

  /** How often the worker's loop has turned. */
  get ticks(): number {
    return Atomics.load(this.#words, WORD.ticks);
  }

  set ticks(ticks: number) {
    Atomics.store(this.#words, WORD.ticks, ticks);
  }

  tick(): void {
    Atomics.add(this.#words, WORD.ticks, 1);
  }

  /** The sequence number of the call whose synchronous part is running, 0 for none. */
  get executing(): number {
    return Atomics.load(this.#words, WORD.executing);
  }

  set executing(sequence: number) {
    Atomics.store(this.#words, WORD.executing, sequence);
  }

  /** The sequence number of the call last started. */
  get received(): number {
    return Atomics.load(this.#words, WORD.received);
  }

  set received(sequence: number) {
    Atomics.store(this.#words, WORD.received, sequence);
  }

  get phase(): number {
    return Atomics.load(this.#words, WORD.phase);
  }

  set phase(phase: number) {
    Atomics.store(this.#words, WORD.phase, phase);
  }

  /**
   * The addon gate: terminating a thread that is loading a native addon can abort the whole process, so the worker
   * passes through `loading` around each load and the host terminates only after moving `open` to `condemned`.
   * @returns whether the gate was in state `from` and is now in state `to`.
   */
  moveGate(from: number, to: number): boolean {
    return Atomics.compareExchange(this.#words, WORD.gate, from, to) === from;
  }

  /** Blocks the calling worker until it is terminated, if the host has condemned it. */
  waitIfCondemned(): void {
    Atomics.wait(this.#words, WORD.gate, Gate.condemned);
  }

  get heapBytes(): number {
    return plausible(this.#numbers[NUMBER.heapBytes]);
  }

  get externalBytes(): number {
    return plausible(this.#numbers[NUMBER.externalBytes]);
  }

  /** Resident memory of the plugin's process; 0 where it has none of its own. */
  get residentBytes(): number {
    return plausible(this.#numbers[NUMBER.residentBytes]);
  }

  set residentBytes(bytes: number) {
    this.#numbers[NUMBER.residentBytes] = bytes;
  }

  /** How long the worker's loop has been busy since it began, in ms, at the last tick. */
  get busyMs(): number {
    return plausible(this.#numbers[NUMBER.busyMs]);
  }

  set busyMs(ms: number) {
    this.#numbers[NUMBER.busyMs] = ms;
  }

  recordMemory(heapBytes: number, externalBytes: number): void {
    this.#numbers[NUMBER.heapBytes] = heapBytes;
    this.#numbers[NUMBER.externalBytes] = externalBytes;
  }
}

/** A plugin may have written anything here: only a finite, positive number is taken. */
function plausible(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;
}
