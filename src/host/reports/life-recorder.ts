/**
 * Remembers the last of what one life said and how it was, for the report of its end. It runs for every life all the
 * time, so that it does no more than keep what others have made anyway.
 */
import type { LifeMemory } from "../life/life.js";
import { Ring } from "./ring.js";

/** Lines kept: what led to an end is told in fewer. */
const MAX_LINES = 50;
/** Characters kept of a line's message, and as many of its fields. */
const MAX_TEXT_CHARACTERS = 1024;
/** Looks between two points of the long curves: the watch looks 20 times a second. */
const LOOKS_PER_POINT = 20;
/** 5 s of looks, and 5 min of seconds. */
const MAX_LOOKS = 100;
const MAX_POINTS = 300;

/** A line of a plugin's log, masked, or of its output. */
export interface RecordedLine {
  /** When the plugin wrote it, milliseconds since the epoch; of output: when the host read it. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly fields?: object;
}

/** How a life was at one time. */
export interface LifePoint extends LifeMemory {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Share of the last second its loop was busy, 0 to 1. */
  readonly utilization: number;
  /** How long its loop had stood still, in ms. */
  readonly blockedMs: number;
  readonly callsInFlight: number;
}

/** A line as a report has it. */
export interface ReportedLine {
  readonly at: number;
  readonly level: string;
  readonly message: string;
  /** JSON text, cut off where it is long. */
  readonly fields?: string;
}

/** What was remembered, oldest first. */
export interface LifeRecord {
  readonly log: readonly ReportedLine[];
  /** Every 50 ms of the last seconds, and every second of the last minutes. */
  readonly curves: { readonly seconds: readonly LifePoint[]; readonly minutes: readonly LifePoint[] };
}

export class LifeRecorder {
  readonly #lines = new Ring<RecordedLine>(MAX_LINES);
  readonly #seconds = new Ring<LifePoint>(MAX_LOOKS);
  readonly #minutes = new Ring<LifePoint>(MAX_POINTS);
  #looks = 0;

  line(line: RecordedLine): void {
    this.#lines.push(line);
  }

  /** One look of the watch. */
  look(point: LifePoint): void {
    this.#seconds.push(point);
    if (this.#looks % LOOKS_PER_POINT === 0) this.#minutes.push(point);
    this.#looks += 1;
  }

  record(): LifeRecord {
    return {
      log: this.#lines.toArray().map(reportLine),
      curves: { seconds: this.#seconds.toArray(), minutes: this.#minutes.toArray() },
    };
  }
}

function reportLine({ at, level, message, fields }: RecordedLine): ReportedLine {
  const text = fields === undefined ? "{}" : fieldsText(fields);
  return { at, level, message: cut(message), ...(text === "{}" ? {} : { fields: cut(text) }) };
}

function fieldsText(fields: object): string {
  try {
    return JSON.stringify(fields) ?? "{}";
  } catch {
    // They were JSON when they came, but might be an object with a `toJSON` of the plugin's by now.
    return "{}";
  }
}

function cut(text: string): string {
  return text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS - 1)}…`;
}
