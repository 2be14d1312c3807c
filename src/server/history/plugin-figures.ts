/** What is kept of a plugin's health at one time, to be drawn over time. */
import type { PluginHealth } from "../../host/main.js";

/** The figures, in the order they are answered. */
export const FIGURES = [
  "callsPerSecond",
  "failedPerSecond",
  "p50Ms",
  "p95Ms",
  "p99Ms",
  "utilization",
  "blockedMs",
  "memoryBytes",
] as const;

/** One of {@link FIGURES}. */
export type Figure = (typeof FIGURES)[number];

/** `null`: there was none, because the plugin did not serve, had no calls, or was not there. */
export type PluginFigures = Readonly<Record<Figure, number | null>>;

/** What a rate is made of: counts of a plugin's calls, and when they were taken, in ms of the monotonic clock. */
export interface CallTotals {
  readonly atMs: number;
  readonly ended: number;
  readonly failed: number;
}

/** The counts of a plugin now. */
export function callTotals({ calls }: PluginHealth, atMs: number): CallTotals {
  const failed = calls.failed + calls.timedOut;
  return { atMs, ended: calls.succeeded + failed, failed };
}

/**
 * The figures of a plugin now.
 * @param before its counts at the sample before; `undefined`: there are none.
 */
export function pluginFigures(
  plugin: PluginHealth,
  now: CallTotals,
  before: CallTotals | undefined,
): PluginFigures {
  const { calls, eventLoop, memory } = plugin;
  const isServing = plugin.state === "ready" || plugin.state === "degraded";
  return {
    callsPerSecond: rate(before?.ended, now.ended, elapsedSeconds(before, now)),
    failedPerSecond: rate(before?.failed, now.failed, elapsedSeconds(before, now)),
    p50Ms: isServing ? round(calls.p50Ms) : null,
    p95Ms: isServing ? round(calls.p95Ms) : null,
    p99Ms: isServing ? round(calls.p99Ms) : null,
    utilization: isServing ? round(eventLoop.utilization) : null,
    blockedMs: isServing ? round(eventLoop.blockedMs) : null,
    memoryBytes: isServing ? memoryBytes(memory) : null,
  };
}

/** All that its limit is about. */
function memoryBytes({ heapBytes, externalBytes, residentBytes }: PluginHealth["memory"]): number {
  return residentBytes ?? heapBytes + externalBytes;
}

function elapsedSeconds(before: CallTotals | undefined, now: CallTotals): number {
  return before === undefined ? 0 : (now.atMs - before.atMs) / 1000;
}

/** A plugin of the same name that another configuration has brought counts from 0 again: that makes no rate. */
function rate(before: number | undefined, now: number, seconds: number): number | null {
  if (before === undefined || seconds <= 0 || now < before) return null;
  return round((now - before) / seconds);
}

/** To a thousandth: more is no more than noise, and makes the answer twice as long. */
function round(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 1000) / 1000;
}
