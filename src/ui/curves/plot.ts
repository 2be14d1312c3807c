/** A chart on a canvas, by uPlot. */
import uPlot from "uplot";

import { bytesText } from "../format.js";
import type { CurveGroup } from "./figure-groups.js";

/** What {@link createPlot} works with. */
export interface PlotOptions {
  readonly group: CurveGroup;
  readonly element: HTMLElement;
  /** Charts with the same key show the same time under the pointer. */
  readonly syncKey: string;
  /** Told which sample is under the pointer, by its index; `undefined`: none is. */
  readonly onPoint: (index: number | undefined) => void;
}

export const PLOT_HEIGHT = 92;
/** A minute is shown, in seconds, also while there is less: the first points of a curve are no slope yet. */
const MIN_SPAN_SECONDS = 60;
const AXIS_FONT = "11px system-ui, sans-serif";

/** Draws nothing until it is given data. */
export function createPlot({ group, element, syncKey, onPoint }: PlotOptions): uPlot {
  const paint = painter(element);
  return new uPlot(
    {
      width: Math.max(element.clientWidth, 1),
      height: PLOT_HEIGHT,
      legend: { show: false },
      padding: [6, 2, 0, 0],
      cursor: {
        sync: { key: syncKey },
        drag: { x: false, y: false },
        points: { size: 6 },
        y: false,
      },
      hooks: {
        setCursor: [({ cursor: { idx, left = -1 } }) => onPoint(left < 0 ? undefined : (idx ?? undefined))],
      },
      scales: {
        x: { time: true, range: (_plot, min, max) => [Math.min(min, max - MIN_SPAN_SECONDS), max] },
        y: { range: (_plot, _min, max) => [0, Math.max(group.atLeast, max ?? 0) * 1.08] },
      },
      axes: axes(group, paint),
      series: [
        {},
        ...group.lines.map(({ label, colour }) => ({
          label,
          stroke: () => paint(`--curve-${colour}`),
          fill: () => (group.lines.length === 1 ? paint("--curve-fill") : "transparent"),
          width: 1.5,
          points: { show: false },
        })),
      ],
    },
    [[], ...group.lines.map(() => [])],
    element,
  );
}

function axes({ text }: CurveGroup, paint: (name: string) => string): uPlot.Axis[] {
  const common = {
    stroke: () => paint("--muted"),
    font: AXIS_FONT,
    ticks: { show: false },
    grid: { stroke: () => paint("--grid"), width: 1 },
  };
  return [
    {
      ...common,
      size: 22,
      gap: 4,
      space: 64,
      incrs: [15, 30, 60, 120, 300],
      values: (_plot, splits) => splits.map((at) => timeText(at * 1000, splits.some(isWithinMinute))),
    },
    {
      ...common,
      size: 54,
      gap: 6,
      space: 30,
      values: (_plot, splits) => splits.map((value) => text(value)),
      ...(text === bytesText ? { incrs: BYTE_STEPS } : {}),
    },
  ];
}

/** Powers of two, from a KiB to a TiB: round numbers of bytes are not round for people. */
const BYTE_STEPS: number[] = Array.from({ length: 31 }, (_, index) => 2 ** (index + 10));

/** @param at in seconds. */
function isWithinMinute(at: number): boolean {
  return at % 60 !== 0;
}

function timeText(at: number, hasSeconds: boolean): string {
  return new Date(at).toLocaleTimeString("en-GB", { timeStyle: hasSeconds ? "medium" : "short" });
}

/** Finds what a custom property is as a colour now: a canvas knows no properties, and schemes change. */
function painter(element: HTMLElement): (name: string) => string {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  return (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
}
