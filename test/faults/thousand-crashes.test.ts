/** A plugin may crash as often as it likes: the host does not grow by it. */
import test from "ava";
import { runChild } from "../support/run-child.js";
import type { CrashInput, CrashSample } from "./children/crash-again.js";

const CHILD = new URL("children/crash-again.js", import.meta.url);
const INPUT: CrashInput = { crashes: 1000, every: 100 };
/** About 50 ms a life where the machine is quiet; several times that where it is not. */
const LIMIT_MS = 280_000;
/** What the heap may grow over 500 lives, in MB: 4 KB each would be 2. */
const HEAP_GROWTH_MB = 2;
/** The same of resident memory, which the allocator's arenas blur by more than anything of ours. */
const RSS_GROWTH_MB = 40;

test.serial("1,000 crashes in a row leave memory, handles and listeners level", async (t) => {
  t.timeout(LIMIT_MS + 10_000);
  const end = await runChild(CHILD, INPUT, LIMIT_MS);
  t.is(end.code, 0, end.stderr);
  const samples = end.results as readonly CrashSample[];
  for (const sample of samples) t.log(figures(sample));
  t.is(samples.length, INPUT.crashes / INPUT.every);
  const [first, middle, last] = [samples[0]!, samples[samples.length / 2 - 1]!, samples.at(-1)!];
  t.true(last.lives > INPUT.crashes);
  t.true(last.heapMb - middle.heapMb <= HEAP_GROWTH_MB);
  t.true(last.rssMb - middle.rssMb <= RSS_GROWTH_MB);
  t.true(last.externalMb - middle.externalMb <= HEAP_GROWTH_MB);
  t.true(last.resources <= first.resources + 1);
  t.true(last.descriptors <= first.descriptors);
  t.true(last.threads <= first.threads);
  t.is(last.listeners, first.listeners);
});

function figures(sample: CrashSample): string {
  const { lives, rssMb, heapMb, externalMb, resources, descriptors, threads, listeners, elapsedMs } = sample;
  return (
    `${lives} lives, ${(elapsedMs / 1000).toFixed(1)} s: rss ${rssMb.toFixed()} MB, heap ${heapMb.toFixed(2)} MB, ` +
    `external ${externalMb.toFixed(2)} MB, ${resources} resources, ${descriptors} descriptors, ${threads} threads, ` +
    `${listeners} listeners`
  );
}
