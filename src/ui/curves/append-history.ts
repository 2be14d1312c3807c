/** The curves of all plugins, made longer by what the server has measured since. */
import type { HistoryView } from "../data/wire.js";

/** A plugin's figures over time, each list as long as the times. */
export type PluginColumns = Omit<HistoryView["plugins"][number], "name">;

/** Figures over time of all plugins. */
export interface Curves {
  /** What to ask the server for further ones after; `undefined`: it has none yet. */
  readonly last: string | undefined;
  /** Milliseconds since the epoch, ascending. */
  readonly at: readonly number[];
  readonly plugins: ReadonlyMap<string, PluginColumns>;
}

/** Before anything was read. */
export const NO_CURVES: Curves = { last: undefined, at: [], plugins: new Map() };

/** As many as the server keeps: ten minutes. */
export const MAX_SAMPLES = 600;

/**
 * The curves with what an answer has added. Where the server's clock was set back they begin anew: a curve does not
 * run backwards.
 */
export function appendHistory(curves: Curves, history: HistoryView): Curves {
  const { last, at, plugins, isWhole } = history;
  const isLater = (at[0] ?? Infinity) > (curves.at.at(-1) ?? -Infinity);
  const before = isWhole || !isLater ? NO_CURVES : curves;
  const names = new Set([...plugins.map(({ name }) => name), ...before.plugins.keys()]);
  const added = new Map(plugins.map(({ name, ...columns }) => [name, columns]));
  const columns = [...names].map((name) => {
    const former = before.plugins.get(name);
    const further = added.get(name);
    return [name, joinColumns({ former, further, lengths: [before.at.length, at.length] })] as const;
  });
  return {
    last,
    at: [...before.at, ...at].slice(-MAX_SAMPLES),
    plugins: new Map(columns.filter(([, { utilization }]) => utilization.length > 0)),
  };
}

interface Joint {
  readonly former: PluginColumns | undefined;
  readonly further: PluginColumns | undefined;
  /** Of the former and the further. */
  readonly lengths: readonly [former: number, further: number];
}

function joinColumns({ former, further, lengths: [formerLength, furtherLength] }: Joint): PluginColumns {
  const names = Object.keys(further ?? former ?? {}) as (keyof PluginColumns)[];
  const joined = names.map((name) => {
    const column = [...(former?.[name] ?? gap(formerLength)), ...(further?.[name] ?? gap(furtherLength))];
    return [name, column.slice(-MAX_SAMPLES)] as const;
  });
  return Object.fromEntries(joined) as unknown as PluginColumns; // Sound: its own names.
}

/** A plugin that was not there. */
function gap(length: number): null[] {
  return Array.from({ length }, () => null);
}
