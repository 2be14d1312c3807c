/** `/api/history`: how plugins were in the last minutes, for whoever begins to look only now. */
import type { Context } from "hono";

import type { Cancel, Clock, Health } from "../../host/main.js";
import type { ServerEnv } from "../server-env.js";
import { callTotals, FIGURES, pluginFigures } from "./plugin-figures.js";
import type { CallTotals, Figure, PluginFigures } from "./plugin-figures.js";

/** What {@link FigureHistory} works with. */
export interface FigureHistoryOptions {
  readonly stockpile: { health(): Health };
  readonly clock: Clock;
}

/** Samples, the oldest first, figure by figure: the list of each is as long as `at`. */
export interface HistoryView {
  /** Time between two samples, in ms; a blocked event loop makes it longer. */
  readonly intervalMs: number;
  /** The id of the newest sample, to be asked for those `after` it; absent where there is none yet. */
  readonly last?: string;
  /** Whether these are all that are kept, and not just those after the one that was named. */
  readonly isWhole: boolean;
  /** When each was taken, in ms since the epoch. */
  readonly at: readonly number[];
  readonly plugins: readonly PluginCurves[];
}

/** A plugin's figures over time. */
export type PluginCurves = { readonly name: string } & Readonly<Record<Figure, readonly (number | null)[]>>;

/** As often as a plugin's own figures change. */
const INTERVAL_MS = 1000;
/** Ten minutes: what led to most troubles. A plugin's take some 100 kB. */
const MAX_SAMPLES = 600;

interface Sample {
  readonly number: number;
  readonly at: number;
  readonly plugins: ReadonlyMap<string, PluginFigures>;
}

/** Takes a sample each second, from {@link begin} to {@link close}. */
export class FigureHistory {
  readonly #options: FigureHistoryOptions;
  /** Tells its samples from those of an earlier process. */
  readonly #run: string;
  readonly #samples: Sample[] = [];
  #totals: ReadonlyMap<string, CallTotals> = new Map();
  #count = 0;
  #cancel: Cancel | undefined;

  constructor(options: FigureHistoryOptions) {
    this.#options = options;
    this.#run = options.clock.now().toString(36);
  }

  /** Takes the first sample after a second. */
  begin(): void {
    this.#cancel = this.#options.clock.schedule(() => this.#tick(), INTERVAL_MS);
  }

  /** 200 with the samples after the one whose id `after` is, or with all where nobody remembers that one. */
  serve(c: Context<ServerEnv>): Response {
    return c.json(this.view(c.req.query("after")));
  }

  /** @param after the `last` of an earlier view. */
  view(after?: string): HistoryView {
    const index = this.#samples.findIndex((sample) => this.#idOf(sample) === after);
    const samples = this.#samples.slice(index + 1);
    const newest = this.#samples.at(-1);
    return {
      intervalMs: INTERVAL_MS,
      ...(newest === undefined ? {} : { last: this.#idOf(newest) }),
      isWhole: index === -1,
      at: samples.map(({ at }) => at),
      plugins: namesIn(samples).map((name) => curvesOf(name, samples)),
    };
  }

  /** Takes no further samples. */
  close(): void {
    this.#cancel?.();
  }

  #tick(): void {
    this.begin();
    const { clock, stockpile } = this.#options;
    const atMs = clock.monotonic();
    const { at, plugins } = stockpile.health();
    const totals = new Map(plugins.map((plugin) => [plugin.name, callTotals(plugin, atMs)]));
    const figures = plugins.map((plugin) => {
      const now = callTotals(plugin, atMs);
      return [plugin.name, pluginFigures(plugin, now, this.#totals.get(plugin.name))] as const;
    });
    this.#totals = totals;
    this.#count += 1;
    const length = this.#samples.push({ number: this.#count, at, plugins: new Map(figures) });
    if (length > MAX_SAMPLES) this.#samples.shift();
  }

  #idOf({ number }: Sample): string {
    return `${this.#run}-${number}`;
  }
}

/** In the order of the newest sample, then those that are gone. */
function namesIn(samples: readonly Sample[]): string[] {
  return [...new Set(samples.toReversed().flatMap(({ plugins }) => [...plugins.keys()]))];
}

function curvesOf(name: string, samples: readonly Sample[]): PluginCurves {
  const column = (figure: Figure): (number | null)[] =>
    samples.map(({ plugins }) => plugins.get(name)?.[figure] ?? null);
  const columns = Object.fromEntries(FIGURES.map((figure) => [figure, column(figure)]));
  // Sound: FIGURES has each of them.
  return { name, ...(columns as Record<Figure, (number | null)[]>) };
}
