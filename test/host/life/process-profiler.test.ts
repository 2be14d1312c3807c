import { setImmediate as turn } from "node:timers/promises";
import test from "ava";
import { RECORD_BYTES } from "../../../src/contract/lifeline-record.js";
import { encodeProfile, readProfileRequest } from "../../../src/contract/profile-record.js";
import { ProcessProfiler } from "../../../src/host/life/process-profiler.js";

const SAMPLES = { frames: [["spin", "file:///a.mjs", 1, 2]], samples: [[1, 0]] };

function recordsOf(value: unknown): Uint8Array[] {
  const bytes = encodeProfile(new TextEncoder().encode(JSON.stringify(value)));
  return Array.from({ length: bytes.byteLength / RECORD_BYTES }, (_, index) =>
    bytes.subarray(index * RECORD_BYTES, (index + 1) * RECORD_BYTES),
  );
}

test("profile() asks once, and resolves with what the pieces come to", async (t) => {
  const sent: Uint8Array[] = [];
  const profiler = new ProcessProfiler((request) => sent.push(request));
  const profile = profiler.profile(300);
  t.is(await profiler.profile(300), undefined);
  t.deepEqual(sent.map(readProfileRequest), [300]);
  for (const record of recordsOf(SAMPLES)) t.is(profiler.take(record), undefined);
  t.is((await profile)?.nodes[1]?.callFrame.functionName, "spin");
  void profiler.profile(300);
  t.is(sent.length, 2);
  profiler.end();
});

for (const [name, value] of Object.entries({ null: null, text: "spin", "other samples": { frames: 1 } })) {
  test(`profile() resolves with nothing where the answer is ${name}`, async (t) => {
    const profiler = new ProcessProfiler(() => {});
    const profile = profiler.profile(300);
    for (const record of recordsOf(value)) t.is(profiler.take(record), undefined);
    t.is(await profile, undefined);
  });
}

test("profile() resolves with nothing when no answer comes, and a late one is borne", async (t) => {
  const profiler = new ProcessProfiler(() => {});
  t.is(await profiler.profile(1), undefined);
  t.is(await profiler.profile(1), undefined, "one is still due");
  for (const record of recordsOf(SAMPLES)) t.is(profiler.take(record), undefined);
  const profile = profiler.profile(300);
  for (const record of recordsOf(SAMPLES)) profiler.take(record);
  t.not(await profile, undefined);
});

test("end() leaves nobody waiting", async (t) => {
  const profiler = new ProcessProfiler(() => {});
  const profile = profiler.profile(60_000);
  profiler.end();
  t.is(await profile, undefined);
  await turn();
});

test("take() refuses what nobody has asked for, and pieces that do not follow each other", (t) => {
  const profiler = new ProcessProfiler(() => {});
  const [first = new Uint8Array(RECORD_BYTES)] = recordsOf(SAMPLES);
  t.is(profiler.take(first), "its lifeline brought a profile that nobody had asked for");
  void profiler.profile(300);
  t.is(profiler.take(first), undefined);
  t.is(profiler.take(first), "its lifeline brought a malformed profile");
  profiler.end();
});
