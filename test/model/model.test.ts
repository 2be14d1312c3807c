/**
 * Thousands of histories against a plain model: anything is asked of a category while anything happens to its backend
 * and its loader, and each answer is judged by the order of the calls alone. The rules are listed in `rule.ts`.
 *
 * The seed is the same in every run, so that the suite tells of a change and not of chance. A failure says how to repeat
 * it, with environment variables:
 *
 * - `MODEL_SEED` is the seed of the whole search; `MODEL_SEED=random` searches elsewhere each time, and is worth a long
 *   run after every change of the cache;
 * - `MODEL_PATH` and `MODEL_REPLAY_PATH` besides repeat only the history that failed, as short as it was made;
 * - `MODEL_RUNS` is the number of histories of each test.
 *
 * That each rule holds watch is for `planted/planted-bugs.test.ts` to say.
 */
import process from "node:process";
import test, { type ExecutionContext } from "ava";
import { searchHistories } from "./history.js";
import { type WorldSettings, worldArbitrary } from "./world-settings.js";

/** At some 4 ms each, about 12 s for each test. */
const RUNS = Number(process.env["MODEL_RUNS"] ?? 3000);

const SEED = process.env["MODEL_SEED"] ?? "20261123";

async function breaksNoRule(t: ExecutionContext, onWriteError: WorldSettings["onWriteError"]): Promise<void> {
  t.timeout(600_000);
  const found = await searchHistories({
    worlds: worldArbitrary(onWriteError),
    runs: RUNS,
    seed: SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(SEED),
    path: process.env["MODEL_PATH"],
    replayPath: process.env["MODEL_REPLAY_PATH"],
  });
  if (!found.failed) {
    t.pass();
    return;
  }
  const [world, commands] = found.counterexample ?? [];
  const steps = text(commands);
  // The commands say at their end which of them were taken.
  const replayPath = /replayPath="([^"]*)"/u.exec(steps)?.[1] ?? "";
  t.log(`World: ${JSON.stringify(world)}\nHistory: ${steps}\n${text(found.errorInstance)}`);
  t.fail(
    `Repeat with MODEL_SEED=${found.seed} MODEL_PATH=${found.counterexamplePath} MODEL_REPLAY_PATH='${replayPath}'`,
  );
}

function text(value: unknown): string {
  return String(value);
}

for (const onWriteError of ["queue", "throw", "ignore"] as const) {
  test.serial(
    `a category breaks no rule in any history, with onWriteError "${onWriteError}"`,
    breaksNoRule,
    onWriteError,
  );
}
