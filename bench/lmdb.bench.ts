/** How fast the plugin lmdb stores, reads and sweeps, with many entries and beside the plugin file. */
import { valueOf } from "./entries.js";
import { folderMb } from "./engines/measure-folder.js";
import { openEngine, removeFolder } from "./engines/open-engine.js";
import type { Engine, OpenEngine } from "./engines/open-engine.js";
import { sweepFolder } from "./engines/sweep-folder.js";
import { percentile } from "./percentile.js";
import type { Effort, Question, Row } from "./question.js";

const CATEGORY = "c";
const LMDB: Engine = { name: "lmdb", plugin: "lmdb", parameters: {} };
const ENGINES: readonly Engine[] = [
  { name: "lmdb, durability none", plugin: "lmdb", parameters: { durability: "none" } },
  LMDB,
  { name: "lmdb, durability sync", plugin: "lmdb", parameters: { durability: "sync" } },
  { name: "file", plugin: "file", parameters: {} },
  { name: "file, fsync", plugin: "file", parameters: { fsync: true } },
];
/** Of many entries this share is stored in each engine to compare them: one file for each would take too long. */
const SHARE_TO_COMPARE = 1 / 50;
/** Entries of one call for several keys, and how many such calls are under way. */
const BULK_ENTRIES = 500;
const BULK_CALLERS = 4;
const CALLERS = 64;
const TIME_TO_LIVE_MS = 3_600_000;
/** Until everything has expired, its due rows included. */
const LATER_MS = 2 * TIME_TO_LIVE_MS;
/** Prime, so that keys are visited in no order and yet each once. */
const STRIDE = 7_368_787;

export const lmdb: Question = {
  name: "lmdb",
  asks: "How fast are many entries of 200 bytes stored, read and swept?",
  async answer({ entries, rounds }) {
    const tables = [
      { title: `${entries.toLocaleString("en")} entries in lmdb`, rows: [await measureMany(entries)] },
      {
        title: `${toCompare(entries).toLocaleString("en")} entries, one call each, 64 callers`,
        rows: await compareEngines(toCompare(entries), rounds),
      },
    ];
    return { tables, bounds: [] };
  },
};

function toCompare(entries: Effort["entries"]): number {
  return Math.ceil(entries * SHARE_TO_COMPARE);
}

async function measureMany(entries: number): Promise<Row> {
  const engine = await openEngine(LMDB);
  try {
    const bulks = Math.ceil(entries / BULK_ENTRIES);
    const stored = await perSecond(bulks, BULK_CALLERS, (bulk) =>
      engine.backend.putMany(bulkOf(bulk, entries)),
    );
    const sizeMb = await folderMb(engine.folder);
    const read = await perSecond(entries, CALLERS, (index) => readOne(engine, scattered(index, entries)));
    const readBulk = await perSecond(bulks, BULK_CALLERS, async (bulk) => {
      await engine.backend.getMany(bulkOf(bulk, entries).map(([key]) => key));
    });
    await engine.close();
    const sweep = await sweepFolder(engine.folder, CATEGORY, LATER_MS);
    return {
      "stored/s, 500 a call": stored * BULK_ENTRIES,
      "MB of disk": sizeMb,
      "read/s, 64 callers": read,
      "read/s, 500 a call": readBulk * BULK_ENTRIES,
      "sweep s": sweep.seconds,
      "swept/s": entries / sweep.seconds,
      "longest stop ms": sweep.longestStopMs,
    };
  } finally {
    await engine.close();
    await removeFolder(engine.folder);
  }
}

async function compareEngines(entries: number, rounds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const engine of ENGINES) {
    const stored: number[] = [];
    const read: number[] = [];
    let sizeMb = 0;
    for (let round = 0; round < Math.min(rounds, 3); round += 1) {
      const open = await openEngine(engine);
      try {
        stored.push(await perSecond(entries, CALLERS, (index) => storeOne(open, scattered(index, entries))));
        read.push(await perSecond(entries, CALLERS, (index) => readOne(open, scattered(index, entries))));
        sizeMb = await folderMb(open.folder);
      } finally {
        await open.close();
        await removeFolder(open.folder);
      }
    }
    rows.push({
      engine: engine.name,
      "stored/s": percentile(stored, 0.5),
      "read/s": percentile(read, 0.5),
      "MB of disk": sizeMb,
    });
  }
  return rows;
}

/** Calls with each index once, by as many callers, and answers how many a second. */
async function perSecond(
  calls: number,
  callers: number,
  call: (index: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const callOn = async (): Promise<void> => {
    while (next < calls) {
      next += 1;
      await call(next - 1);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: callers }, callOn));
  return (calls / (performance.now() - startedAt)) * 1000;
}

function scattered(index: number, entries: number): number {
  return (index * STRIDE) % entries;
}

function keyOf(index: number): { category: string; key: string } {
  return { category: CATEGORY, key: `player-${index}` };
}

type Entry = readonly [ReturnType<typeof keyOf>, { value: Uint8Array; expiresAt: number }];

function entryOf(index: number): Entry {
  return [keyOf(index), { value: valueOf(index), expiresAt: Date.now() + TIME_TO_LIVE_MS }];
}

function bulkOf(bulk: number, entries: number): Entry[] {
  const length = Math.min(BULK_ENTRIES, entries - bulk * BULK_ENTRIES);
  return Array.from({ length }, (_, index) => entryOf(scattered(bulk * BULK_ENTRIES + index, entries)));
}

async function storeOne({ backend }: OpenEngine, index: number): Promise<void> {
  await backend.put(...entryOf(index));
}

async function readOne({ backend }: OpenEngine, index: number): Promise<void> {
  const entry = await backend.get(keyOf(index));
  if (entry === undefined) throw new Error(`Cannot measure: expected entry ${index}: received none`);
}
