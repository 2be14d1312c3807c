/** `kill -9` of hosts that write. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import type { WriterInput } from "./fixtures/writer.js";
import { openValues } from "./open-values.js";
import type { ValueStorage } from "./open-values.js";
import { Script } from "./run-script.js";
import { versionOf } from "./written.js";

const WRITER = new URL("fixtures/writer.js", import.meta.url);
const ROUNDS = 10;
const VERSIONS_PER_ROUND = 1_000_000;

/** The last version of each key that was acknowledged, and all that were tried. */
class Record {
  readonly acknowledged = new Map<string, number>();
  readonly tried = new Map<string, Set<number>>();

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [kind, key = "", version = ""] = line.split(" ");
      if (kind === "ack") this.acknowledged.set(key, Number(version));
      if (kind !== "try") continue;
      const tried = this.tried.get(key) ?? new Set();
      this.tried.set(key, tried.add(Number(version)));
    }
  }
}

/**
 * A host that writes until it is killed.
 * @param round from 1; what it writes is newer than all of the rounds before.
 */
export function startWriter(t: ExecutionContext, storage: ValueStorage, round: number): Script {
  const input: WriterInput = { ...storage, firstVersion: round * VERSIONS_PER_ROUND };
  return new Script(t, WRITER, input);
}

/**
 * Kills ten hosts, one after the other, in the middle of their writes to one storage. Each time what was acknowledged
 * must be there, and nothing half-written.
 * @returns how long each opening after a kill took, in ms.
 */
export async function killWriters(t: ExecutionContext, storage: ValueStorage): Promise<number[]> {
  const record = new Record();
  const openingsMs: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const writer = startWriter(t, storage, round);
    await writer.printed("ready");
    await writer.printed("ack ");
    await sleep(Math.random() * 300);
    await writer.kill();
    record.take(writer.lines);

    const startedAt = performance.now();
    const { stockpile, values } = await openValues(storage);
    openingsMs.push(performance.now() - startedAt);
    for (const [key, acknowledged] of record.acknowledged) {
      const value = await values.get(key);
      t.not(value, undefined, `${key} in round ${round}`);
      const version = versionOf(key, value ?? new Uint8Array());
      // A write that was under way may have been made or not.
      t.true(version >= acknowledged, `${key} is of version ${version}, not ${acknowledged}`);
      t.true(record.tried.get(key)?.has(version));
    }
    await stockpile.close();
  }
  t.true(record.acknowledged.size > 20, `${record.acknowledged.size} keys were acknowledged`);
  return openingsMs;
}
