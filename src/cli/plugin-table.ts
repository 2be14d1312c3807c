/** The table of plugins that the command prints. */
import Table from "cli-table3";

import { ageText } from "./age-text.js";
import { plainText } from "./plain-text.js";

/** What the table shows of a plugin: a part of its health. */
export interface ListedPlugin {
  readonly name: string;
  /** Absent until the plugin has been loaded once. */
  readonly metadata?:
    | {
        readonly name: string;
        readonly version: string;
        readonly authors?: readonly string[] | undefined;
        readonly website?: string | undefined;
      }
    | undefined;
  /** What it runs in; absent in the health of servers older than this command. */
  readonly isolation?: string | undefined;
  readonly state: string;
  readonly lives: number;
  readonly restarts: number;
  readonly lastFailure?: { readonly at: number; readonly kind: string; readonly message: string } | undefined;
  /** Absent in the health of servers older than this command. */
  readonly backends?: readonly { readonly openFailure?: string | undefined }[] | undefined;
}

/** How the table is drawn. */
export interface PluginTableOptions {
  /** Milliseconds since the epoch: failures are told by their age. */
  readonly now: number;
  /** Columns of the terminal; `undefined` where there is none: then each plugin is on one line. */
  readonly width: number | undefined;
  readonly isColoured: boolean;
}

/** In a cell; a longer text says no more to somebody who looks at a table. */
const MAX_CELL_CHARACTERS = 120;
/** Why a backend did not open, or a life ended: says at its end what to do, or in which function it was stuck. */
const MAX_FAILURE_CHARACTERS = 400;
/** Borders and padding of the narrow table's six columns. */
const NARROW_FRAME_CHARACTERS = 19;
/** Below this a text is broken into too many pieces; the table is then wider than the terminal. */
const MIN_TEXT_CHARACTERS = 14;
const NONE = "-";

const COLOUR_OF_STATE: Readonly<Record<string, string>> = {
  ready: "\u001b[32m",
  degraded: "\u001b[33m",
  starting: "\u001b[33m",
  restarting: "\u001b[33m",
  quarantined: "\u001b[31m",
};
const COLOUR_END = "\u001b[39m";

/** The table, without a line break at its end. */
export function pluginTable(plugins: readonly ListedPlugin[], options: PluginTableOptions): string {
  if (plugins.length === 0) return "No plugins";
  const wide = wideTable(plugins, options);
  const { width } = options;
  const isTooWide = width !== undefined && (wide.split("\n", 1)[0] ?? "").length > width;
  return isTooWide ? narrowTable(plugins, options, width) : wide;
}

function wideTable(plugins: readonly ListedPlugin[], options: PluginTableOptions): string {
  const head = [
    "Plugin",
    "Name",
    "Version",
    "Authors",
    "Website",
    "Isolation",
    "State",
    "Lives",
    "Restarts",
    "Last failure",
  ];
  const table = new Table({ head, style: STYLE });
  for (const plugin of plugins) {
    const { name, version, authors, website, isolation } = describe(plugin);
    const failure = failureText(plugin, options.now);
    const state = stateText(plugin, options.isColoured);
    table.push([
      plainName(plugin),
      name,
      version,
      authors,
      website,
      isolation,
      state,
      plugin.lives,
      plugin.restarts,
      failure,
    ]);
  }
  return table.toString();
}

/** The same with the metadata and the isolation in one cell, and long texts broken. */
function narrowTable(plugins: readonly ListedPlugin[], options: PluginTableOptions, width: number): string {
  const names = plugins.map(plainName);
  const fixedWidths = [
    longest(["Plugin", ...names]),
    longest(["State", ...plugins.map(({ state }) => state)]),
    5,
    8,
  ];
  const [pluginWidth = 0, stateWidth = 0, livesWidth = 0, restartsWidth = 0] = fixedWidths;
  const free = width - NARROW_FRAME_CHARACTERS - fixedWidths.reduce((sum, each) => sum + each, 0);
  const textWidth = Math.max(MIN_TEXT_CHARACTERS, Math.floor(free / 2));
  const table = new Table({
    head: ["Plugin", "About", "State", "Lives", "Restarts", "Last failure"],
    // The library counts the padding of 1 on each side in.
    colWidths: [pluginWidth, textWidth, stateWidth, livesWidth, restartsWidth, textWidth].map(
      (each) => each + 2,
    ),
    wordWrap: true,
    style: STYLE,
  });
  for (const plugin of plugins) {
    const { name, version, authors, website, isolation } = describe(plugin);
    const where = isolation === NONE ? NONE : `in a ${isolation}`;
    const about = [`${name} ${version}`, ...[authors, website, where].filter((text) => text !== NONE)]
      .map((text) => breakWords(text, textWidth))
      .join("\n");
    const failure = breakWords(failureText(plugin, options.now), textWidth);
    const state = stateText(plugin, options.isColoured);
    table.push([plainName(plugin), about, state, plugin.lives, plugin.restarts, failure]);
  }
  return table.toString();
}

/** No colours of the library's own: they would be written to files too. */
const STYLE = { head: [], border: [] };

type Description = Record<"name" | "version" | "authors" | "website" | "isolation", string>;

function describe({ metadata, isolation }: ListedPlugin): Description {
  return {
    name: plainText(metadata?.name ?? NONE, MAX_CELL_CHARACTERS),
    version: plainText(metadata?.version ?? NONE, MAX_CELL_CHARACTERS),
    authors: plainText(metadata?.authors?.join(", ") || NONE, MAX_CELL_CHARACTERS),
    website: plainText(metadata?.website ?? NONE, MAX_CELL_CHARACTERS),
    isolation: plainText(isolation ?? NONE, MAX_CELL_CHARACTERS),
  };
}

function plainName({ name }: ListedPlugin): string {
  return plainText(name, MAX_CELL_CHARACTERS);
}

function stateText({ state }: ListedPlugin, isColoured: boolean): string {
  const text = plainText(state, MAX_CELL_CHARACTERS);
  const colour = isColoured ? COLOUR_OF_STATE[state] : undefined;
  return colour === undefined ? text : `${colour}${text}${COLOUR_END}`;
}

/** What keeps a backend from being used now comes before what has ended a life, which may be over. */
function failureText({ backends = [], lastFailure }: ListedPlugin, now: number): string {
  const shut = backends.find(({ openFailure }) => openFailure !== undefined)?.openFailure;
  if (shut !== undefined) return plainText(shut, MAX_FAILURE_CHARACTERS);
  if (lastFailure === undefined) return NONE;
  const { kind, message, at } = lastFailure;
  return plainText(`${kind} ${ageText(now - at)} ago: ${message}`, MAX_FAILURE_CHARACTERS);
}

/** Breaks what has no spaces to break at, an address say; the library would cut it off. */
function breakWords(text: string, width: number): string {
  return text.replace(new RegExp(`\\S{${width}}(?=\\S)`, "gu"), "$& ");
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
