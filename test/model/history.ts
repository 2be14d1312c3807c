import * as fc from "fast-check";
import type { Rule } from "./rule.js";
import { type Command, stepArbitrary } from "./steps.js";
import { buildCategory, type Build, World } from "./world.js";
import type { WorldSettings } from "./world-settings.js";

/** Which histories are looked for, and where. */
export interface Search {
  readonly worlds: fc.Arbitrary<WorldSettings>;
  /** How many histories are played at most. */
  readonly runs: number;
  readonly seed: number;
  /** Of a failure that was found before: where it is, and which of its steps were taken. */
  readonly path?: string | undefined;
  readonly replayPath?: string | undefined;
  /** The only rule that counts; by default all do. */
  readonly only?: Rule;
  /** What is played with; by default the cache as it is, and a failure is made as short as possible. */
  readonly build?: Build;
}

/** What came of a search. */
export type Found = fc.RunDetails<[WorldSettings, Iterable<Command>]>;

/** Looks for a history that breaks a rule. One that was planted is left as it was found. */
export function searchHistories(search: Search): Promise<Found> {
  const { worlds, runs, seed, path, replayPath, only, build } = search;
  const commands = fc.commands([stepArbitrary], {
    maxCommands: 40,
    size: "+1",
    ...(replayPath === undefined ? {} : { replayPath }),
  });
  const property = fc.asyncProperty(worlds, commands, async (settings, steps) => {
    const world = new World(settings, build ?? buildCategory, only);
    await fc.asyncModelRun(() => ({ model: {}, real: world }), steps);
    await world.end();
  });
  return fc.check(property, {
    numRuns: runs,
    seed,
    endOnFailure: build !== undefined,
    ...(path === undefined ? {} : { path }),
  });
}
