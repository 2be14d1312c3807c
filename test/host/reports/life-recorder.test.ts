import test from "ava";
import { LifeRecorder } from "../../../src/host/reports/life-recorder.js";
import type { LifePoint } from "../../../src/host/reports/life-recorder.js";

function point(at: number): LifePoint {
  return { at, heapBytes: 1, externalBytes: 2, utilization: 0.5, blockedMs: 0, callsInFlight: 3 };
}

test("LifeRecorder keeps the last 50 lines", (t) => {
  const recorder = new LifeRecorder();
  for (let at = 1; at <= 60; at += 1) recorder.line({ at, level: "info", message: `line ${at}` });
  const { log } = recorder.record();
  t.is(log.length, 50);
  t.deepEqual(log[0], { at: 11, level: "info", message: "line 11" });
  t.deepEqual(log.at(-1), { at: 60, level: "info", message: "line 60" });
});

test("LifeRecorder cuts messages and fields off", (t) => {
  const recorder = new LifeRecorder();
  recorder.line({ at: 1, level: "warn", message: "m".repeat(8192), fields: { text: "f".repeat(8192) } });
  const [line] = recorder.record().log;
  t.is(line?.message.length, 1024);
  t.true(line?.message.endsWith("m…"));
  t.is(line?.fields?.length, 1024);
  t.true(line?.fields?.startsWith('{"text":"fff'));
});

test("LifeRecorder leaves out fields where there are none, and such as are no JSON any more", (t) => {
  const recorder = new LifeRecorder();
  recorder.line({ at: 1, level: "warn", message: "none", fields: {} });
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  recorder.line({ at: 2, level: "warn", message: "cyclic", fields: cyclic });
  t.deepEqual(recorder.record().log, [
    { at: 1, level: "warn", message: "none" },
    { at: 2, level: "warn", message: "cyclic" },
  ]);
});

test("LifeRecorder keeps the looks of the last seconds, and one in twenty of the last minutes", (t) => {
  const recorder = new LifeRecorder();
  for (let at = 0; at < 20 * 400; at += 1) recorder.look(point(at));
  const { seconds, minutes } = recorder.record().curves;
  t.deepEqual(
    seconds.map(({ at }) => at),
    Array.from({ length: 100 }, (_, index) => 7900 + index),
  );
  t.deepEqual(
    minutes.map(({ at }) => at),
    Array.from({ length: 300 }, (_, index) => 2000 + 20 * index),
  );
  t.deepEqual(seconds.at(-1), point(7999));
});
