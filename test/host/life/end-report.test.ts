import test from "ava";
import { EndReport } from "../../../src/host/life/end-report.js";
import type { LifeEnd } from "../../../src/host/life/life.js";

const CRASH: LifeEnd = { kind: "crash", message: "no" };

/** A report, with what happens in order. */
function makeReport(drain: (report: EndReport) => void = () => {}): { report: EndReport; heard: string[] } {
  const heard: string[] = [];
  const report: EndReport = new EndReport({
    onEnd: ({ message }) => void heard.push(message),
    drain: () => {
      heard.push("drained");
      drain(report);
    },
  });
  return { report, heard };
}

test("the first end is reported, after what was sent before it, and no other", (t) => {
  const { report, heard } = makeReport();
  t.false(report.isOver);
  report.report(CRASH);
  report.report({ ...CRASH, message: "later" });
  report.fault("later");
  t.true(report.isOver);
  t.deepEqual(heard, ["drained", "no"]);
});

test("nothing is read any more of what breaks the protocol", (t) => {
  const { report, heard } = makeReport();
  report.fault("a frame is empty");
  t.deepEqual(heard, ["The plugin broke the protocol: a frame is empty"]);
});

test("a fault in what was sent before the end is the end", (t) => {
  const { report, heard } = makeReport((self) => self.fault("a frame is empty"));
  report.report(CRASH);
  t.deepEqual(heard, ["drained", "The plugin broke the protocol: a frame is empty"]);
});

test("nothing is reported of a life that the host ends itself", (t) => {
  const { report, heard } = makeReport();
  report.silence();
  report.report(CRASH);
  report.fault("no");
  t.deepEqual(heard, []);
});
