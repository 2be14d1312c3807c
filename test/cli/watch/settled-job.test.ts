import test from "ava";
import { SettledJob } from "../../../src/cli/watch/settled-job.js";
import { until } from "../../support/until.js";

test("a job runs once for changes that come together, and is told each of them once", async (t) => {
  const runs: (readonly string[])[] = [];
  const job = new SettledJob<string>(async (changes) => void runs.push(changes));
  for (const change of ["a", "b", "a"]) job.touch(change);
  await until("a run", () => runs.length > 0);
  await job.close();
  t.deepEqual(runs, [["a", "b"]]);
});

test("a change during a run leads to one more, never beside it", async (t) => {
  let running = 0;
  let most = 0;
  let finish: () => void = () => {};
  const runs: (readonly string[])[] = [];
  const job = new SettledJob<string>(async (changes) => {
    runs.push(changes);
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => (finish = resolve));
    running -= 1;
  });
  job.touch("a");
  await until("a run", () => runs.length === 1);
  job.touch("b");
  job.touch("c");
  await new Promise((resolve) => setTimeout(resolve, 250));
  t.is(runs.length, 1);
  finish();
  await until("another run", () => runs.length === 2);
  finish();
  await job.close();
  t.deepEqual(runs, [["a"], ["b", "c"]]);
  t.is(most, 1);
});

test("close() waits for the run under way, and none begins from then on", async (t) => {
  let isDone = false;
  let runs = 0;
  const job = new SettledJob<string>(async () => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 50));
    isDone = true;
  });
  job.touch("a");
  await until("a run", () => runs === 1);
  job.touch("b");
  await job.close();
  t.true(isDone);
  job.touch("c");
  await new Promise((resolve) => setTimeout(resolve, 250));
  t.is(runs, 1);
});
