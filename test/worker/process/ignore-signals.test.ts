import test from "ava";
import { constants } from "node:os";
import { ignoreSignals } from "../../../src/worker/process/ignore-signals.js";

test.serial("a signal that there is none of is refused as ever, and is not announced", (t) => {
  const { kill } = process;
  const before = new Map(IGNORED.map((name) => [name, process.listeners(name)]));
  const announced: number[] = [];
  t.teardown(() => {
    process.kill = kill;
    for (const [name, listeners] of before)
      for (const listener of process.listeners(name))
        if (!listeners.includes(listener)) process.off(name, listener);
  });
  ignoreSignals((signal) => announced.push(signal));
  t.throws(() => process.kill(process.pid, 200), { code: "EINVAL" });
  t.throws(() => process.kill(process.pid, "SIGNAL"), { code: "ERR_UNKNOWN_SIGNAL" });
  t.true(process.kill(process.pid, 0));
  t.deepEqual(announced, []);
  // Harmless to whoever does not listen for it.
  t.true(process.kill(process.pid, "SIGWINCH"));
  t.true(process.kill(String(process.pid) as never, "SIGWINCH"));
  t.deepEqual(announced, [constants.signals.SIGWINCH, constants.signals.SIGWINCH]);
});

const IGNORED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
