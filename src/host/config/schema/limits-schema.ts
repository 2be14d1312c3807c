import { z } from "zod";
import type { PluginLimits } from "../config.js";
import {
  DEFAULT_CALL_MS,
  DEFAULT_HANG_MS,
  DEFAULT_IN_FLIGHT_BYTES,
  DEFAULT_IN_FLIGHT_CALLS,
  DEFAULT_MEMORY_MB,
  DEFAULT_QUEUED_BYTES,
  DEFAULT_QUEUED_WRITES,
  DEFAULT_START_MS,
  DEFAULT_STOP_MS,
} from "../defaults.js";
import { positiveDuration } from "./duration.js";
import { wholeNumber } from "./whole-number.js";

/** 1 TiB in MiB: more is a number given in bytes by mistake. */
const MAX_MEMORY_MB = 1_048_576;
/** At a kilobyte or so for each, a gigabyte of bookkeeping. */
const MAX_IN_FLIGHT_CALLS = 1_000_000;
/** At a kilobyte or so for each, ten gigabytes of bookkeeping. */
const MAX_QUEUED_WRITES = 10_000_000;
/** 1 TiB: more than any process can have under way. */
const MAX_IN_FLIGHT_BYTES = 1_099_511_627_776;

/** `plugins.<name>.limits`. */
export const limitsSchema: z.ZodType<PluginLimits> = z
  .strictObject({
    start: positiveDuration.prefault(DEFAULT_START_MS).describe("Until the plugin is ready"),
    call: positiveDuration.prefault(DEFAULT_CALL_MS).describe("Until a call is answered"),
    stop: positiveDuration
      .prefault(DEFAULT_STOP_MS)
      .describe("Until a plugin that was asked to stop is terminated"),
    hang: positiveDuration
      .prefault(DEFAULT_HANG_MS)
      .describe("How long the plugin's event loop may be blocked"),
    memoryMb: wholeNumber(1, MAX_MEMORY_MB)
      .default(DEFAULT_MEMORY_MB)
      .describe("Heap and array buffers together, in a process all it holds, in MiB"),
    inFlightCalls: wholeNumber(1, MAX_IN_FLIGHT_CALLS)
      .default(DEFAULT_IN_FLIGHT_CALLS)
      .describe("Calls under way at once"),
    inFlightBytes: wholeNumber(1, MAX_IN_FLIGHT_BYTES)
      .default(DEFAULT_IN_FLIGHT_BYTES)
      .describe("Bytes under way at once, to the plugin and expected back"),
    queuedWrites: wholeNumber(0, MAX_QUEUED_WRITES)
      .default(DEFAULT_QUEUED_WRITES)
      .describe("Writes that may wait for one backend"),
    queuedBytes: wholeNumber(0, MAX_IN_FLIGHT_BYTES)
      .default(DEFAULT_QUEUED_BYTES)
      .describe("Bytes of the values they carry"),
  })
  .transform(({ start, call, stop, hang, ...counts }) => ({
    startMs: start,
    callMs: call,
    stopMs: stop,
    hangMs: hang,
    ...counts,
  }));
