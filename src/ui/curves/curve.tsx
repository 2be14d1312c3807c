/** A chart with its title, its values and, for who does not see it, its summary. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";

import { useStore } from "../data/store.js";
import { clockText, NONE } from "../format.js";
import { theme } from "../theme.js";
import type { PluginColumns } from "./append-history.js";
import type { CurveGroup } from "./figure-groups.js";
import { createPlot, PLOT_HEIGHT } from "./plot.js";
import { summaryOf } from "./summary.js";

interface CurveProps {
  readonly group: CurveGroup;
  readonly plugin: string;
  readonly at: readonly number[];
  readonly columns: PluginColumns | undefined;
  /** The limit of what is drawn, said beside its value. */
  readonly limit?: string;
}

export function Curve({ group, plugin, at, columns, limit }: CurveProps): JSX.Element {
  const [point, setPoint] = useState<number>();
  const element = usePlot({ group, plugin, at, columns, onPoint: setPoint });
  const index = point === undefined || point >= at.length ? at.length - 1 : point;
  const isPast = index < at.length - 1;
  return (
    <figure class="curve">
      <figcaption>
        <span class="curve-title" title={group.hint}>
          {group.title}
        </span>
        <span class="curve-time">{isPast && `at ${clockText(at[index] ?? 0)}`}</span>
        <span class="curve-values">
          {group.lines.map(({ figure, label, colour }) => (
            <span key={figure} class={`curve-value curve-${colour}`}>
              {group.lines.length > 1 && <span class="curve-label">{label}</span>}
              {valueText(columns?.[figure][index], group)}
            </span>
          ))}
          {limit !== undefined && <span class="curve-limit">of {limit}</span>}
        </span>
      </figcaption>
      <div class="plot" ref={element} role="img" aria-label={summaryOf(group, plugin, { at, columns })} />
    </figure>
  );
}

function valueText(value: number | null | undefined, { text }: CurveGroup): string {
  return value === null || value === undefined ? NONE : text(value);
}

/**
 * How old what is drawn may be where it is not on the screen, in ms: pictures of the whole page and prints show it all the
 * same, and to draw every curve of every plugin each second is much work.
 */
const MAX_UNSEEN_AGE_MS = 30_000;

/** What a plot shows by now. */
interface Drawn {
  readonly scheme: string;
  /** The time of its last sample, in ms since the epoch. */
  readonly until: number;
}

interface PlotProps extends CurveProps {
  readonly onPoint: (index: number | undefined) => void;
}

/** Draws into the element that the answer is given to: while that is on the screen each sample, else now and then. */
function usePlot({ group, plugin, at, columns, onPoint }: PlotProps): { current: HTMLDivElement | null } {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const drawn = useRef<Drawn | undefined>(undefined);
  const [isSeen, setSeen] = useState(false);
  const scheme = useScheme();
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const created = createPlot({ group, element: current, syncKey: plugin, onPoint });
    plot.current = created;
    drawn.current = undefined;
    const resizing = new ResizeObserver(() =>
      created.setSize({ width: Math.max(current.clientWidth, 1), height: PLOT_HEIGHT }),
    );
    resizing.observe(current);
    const seeing = new IntersectionObserver((entries) => setSeen(entries.at(-1)?.isIntersecting ?? false));
    seeing.observe(current);
    return () => {
      resizing.disconnect();
      seeing.disconnect();
      created.destroy();
    };
  }, [group, plugin]);
  useEffect(() => {
    if (columns === undefined) return;
    const until = at.at(-1) ?? 0;
    if (!isSeen && !isOutdated(drawn.current, scheme, until)) return;
    drawn.current = { scheme, until };
    const seconds = at.map((ms) => ms / 1000);
    plot.current?.setData([seconds, ...group.lines.map(({ figure }) => [...columns[figure]])]);
  }, [isSeen, at, columns, scheme]);
  return element;
}

function isOutdated(drawn: Drawn | undefined, scheme: string, until: number): boolean {
  return drawn === undefined || drawn.scheme !== scheme || until - drawn.until >= MAX_UNSEEN_AGE_MS;
}

/** Changes whenever colours do. */
function useScheme(): string {
  const chosen = useStore(theme);
  const [isDark, setDark] = useState(() => darkScheme.matches);
  useEffect(() => {
    const follow = ({ matches }: MediaQueryListEvent): void => setDark(matches);
    darkScheme.addEventListener("change", follow);
    return () => darkScheme.removeEventListener("change", follow);
  }, []);
  return `${chosen} ${isDark}`;
}

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
