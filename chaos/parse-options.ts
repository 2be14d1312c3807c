import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { ISOLATIONS } from "./cells/cell.js";
import type { Isolation } from "./cells/cell.js";
import type { Choice } from "./cells/choose-cells.js";

/** Any would do: the same by default, so that two runs can be compared. */
const DEFAULT_SEED = 1;

export interface ChaosOptions extends Choice {
  readonly isList: boolean;
  /** Hosts at the same time. */
  readonly parallel: number;
  /** For how long the long form goes on, in minutes; absent for the matrix. */
  readonly minutes?: number;
  /** Where the table is written to. */
  readonly markdown?: string;
  /** Where everything is written to. */
  readonly json?: string;
  /** Whether the table is put into the documents that show it. */
  readonly isWrite: boolean;
}

/** Reads the command line. @throws {TypeError} an option is unknown or has a value it cannot have. */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: String(DEFAULT_SEED) },
      only: { type: "string", multiple: true, default: [] },
      kind: { type: "string", multiple: true, default: [...ISOLATIONS] },
      short: { type: "boolean", default: false },
      minutes: { type: "string" },
      list: { type: "boolean", default: false },
      parallel: { type: "string", default: String(Math.max(1, availableParallelism())) },
      markdown: { type: "string" },
      json: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const { seed, only, kind, short, minutes, list, parallel, markdown, json, write } = values;
  if (write && (short || only.length > 0 || kind.length < ISOLATIONS.length))
    throw new TypeError("Cannot write the table: expected that of the whole matrix: received a part of it");
  return {
    seed: readNumber("--seed", seed, 0),
    only,
    kinds: kind.map(readKind),
    isShort: short,
    isList: list,
    parallel: readNumber("--parallel", parallel, 1),
    isWrite: write,
    ...(minutes === undefined ? {} : { minutes: readNumber("--minutes", minutes, 1) }),
    ...(markdown === undefined ? {} : { markdown }),
    ...(json === undefined ? {} : { json }),
  };
}

function readNumber(option: string, text: string, least: number): number {
  const number = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  throw new TypeError(`Cannot use ${option}: expected a whole number from ${least} on: received "${text}"`);
}

function readKind(text: string): Isolation {
  const kind = ISOLATIONS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new TypeError(`Cannot use --kind: expected ${ISOLATIONS.join(" or ")}: received "${text}"`);
}
