/** Which figures are drawn together, and how they are said. */
import { bytesText, figureText, msText, percentText } from "../format.js";
import type { PluginColumns } from "./append-history.js";

/** One line of a chart. */
export interface CurveLine {
  readonly figure: keyof PluginColumns;
  /** Short: it stands before the value. */
  readonly label: string;
  /** Which of the page's colours for curves it has. */
  readonly colour: 1 | 2 | 3;
}

/** A chart. */
export interface CurveGroup {
  readonly title: string;
  /** What it is about, for who does not know. */
  readonly hint: string;
  readonly lines: readonly CurveLine[];
  /** The end of the scale where all values are lower, so that small ones do not look large. */
  readonly atLeast: number;
  readonly text: (value: number) => string;
}

export const CURVE_GROUPS: readonly CurveGroup[] = [
  {
    title: "Calls",
    hint: "Calls that ended, each second",
    lines: [
      { figure: "callsPerSecond", label: "all", colour: 1 },
      { figure: "failedPerSecond", label: "failed", colour: 3 },
    ],
    atLeast: 1,
    text: (value) => `${figureText(value)}/s`,
  },
  {
    title: "Latency",
    hint: "How long calls took within the last minute",
    lines: [
      { figure: "p50Ms", label: "p50", colour: 1 },
      { figure: "p95Ms", label: "p95", colour: 2 },
      { figure: "p99Ms", label: "p99", colour: 3 },
    ],
    atLeast: 1,
    text: msText,
  },
  {
    title: "Event loop",
    hint: "How busy the plugin's event loop was within the last second",
    lines: [{ figure: "utilization", label: "busy", colour: 1 }],
    atLeast: 1,
    text: percentText,
  },
  {
    title: "Memory",
    hint: "What counts against the plugin's limit",
    lines: [{ figure: "memoryBytes", label: "used", colour: 1 }],
    atLeast: 1024 * 1024,
    text: bytesText,
  },
];
