/** Stacks that were taken of a thread one after the other, in the form in which they cross between processes. */

/** Most frames of one stack, innermost first: what called the loop that does not end is far within. */
export const MAX_FRAMES = 48;
/** Most stacks of one profile. */
export const MAX_SAMPLES = 200;
/** Characters kept of a name or an address. */
export const MAX_FRAME_CHARACTERS = 512;

/** A function on a stack: its name, its script's URL, and where in it the thread was, line and column from 0. */
export type StackFrame = readonly [name: string, url: string, line: number, column: number];

export interface StackSamples {
  /** Each frame once. */
  readonly frames: readonly StackFrame[];
  /** When each stack was taken, in ms since the first question, and its frames by index, innermost first. */
  readonly samples: readonly (readonly [atMs: number, ...frames: number[]])[];
}

/** Reads samples that came from outside: anything may have been sent. `undefined` for what is none. */
export function readStackSamples(value: unknown): StackSamples | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { frames, samples } = value as Record<string, unknown>;
  if (!Array.isArray(frames) || frames.length > MAX_SAMPLES * MAX_FRAMES || !frames.every(isFrame)) {
    return undefined;
  }
  const isSample = (sample: unknown): sample is readonly [number, ...number[]] =>
    Array.isArray(sample) &&
    sample.length >= 1 &&
    sample.length <= MAX_FRAMES + 1 &&
    isPlausible(sample[0]) &&
    sample.slice(1).every((index) => Number.isInteger(index) && index >= 0 && index < frames.length);
  if (!Array.isArray(samples) || samples.length > MAX_SAMPLES || !samples.every(isSample)) return undefined;
  return { frames, samples };
}

function isFrame(value: unknown): value is StackFrame {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [name, url, line, column] = value as unknown[];
  return isText(name) && isText(url) && Number.isInteger(line) && Number.isInteger(column);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.length <= MAX_FRAME_CHARACTERS;
}

function isPlausible(atMs: unknown): boolean {
  return typeof atMs === "number" && Number.isFinite(atMs) && atMs >= 0;
}
