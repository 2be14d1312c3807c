/** A plugin that means harm and has every port of its thread in its hands ends itself, and nobody else. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { ATTACKS } from "../fixtures/hostile.js";
import { runChild } from "../support/run-child.js";
import type { AttackReport } from "./children/suffer-attacks.js";

const CHILD = new URL("children/suffer-attacks.js", import.meta.url);
/** Within which the host is to be itself again, in ms: decoding a giant frame takes most of it. */
const RECOVERY_MS = 5000;
/** What a plugin may take beside that to make a giant frame and to start again, in ms: nobody waits for that. */
const PLUGIN_MS = 15_000;
/** For the child's start and end, in ms, on a loaded machine. */
const CHILD_MARGIN_MS = 10_000;
const HARMLESS = "what does no harm";

const isSurvived = test.macro({
  title: (_given, group: string) =>
    group === HARMLESS ? "a plugin is not ended for what does no harm" : `the host survives ${group}`,
  async exec(t: ExecutionContext, group: string) {
    const attacks = Object.keys(ATTACKS[group]!);
    const limitMs = attacks.length * (RECOVERY_MS + PLUGIN_MS) + CHILD_MARGIN_MS;
    t.timeout(limitMs + CHILD_MARGIN_MS);
    const end = await runChild(CHILD, { attacks, ends: group !== HARMLESS }, limitMs);
    const reports = end.results as readonly AttackReport[];
    for (const report of reports) {
      const { name, kind, message, recoveredMs, dirty, steady } = report;
      t.log(
        `${name}: ${kind ?? "nothing"} (${message ?? ""}) ${recoveredMs.toFixed()} ms, ${steady.calls} calls beside it, slowest ${steady.slowestMs.toFixed()} ms`,
      );
      t.is(kind, group === HARMLESS ? undefined : "protocol", name);
      t.deepEqual(dirty, [], name);
      t.is(steady.failed, 0, name);
      t.true(steady.slowestMs <= RECOVERY_MS, `${name}: ${steady.slowestMs} ms`);
      t.true(recoveredMs <= RECOVERY_MS + PLUGIN_MS, `${name}: ${recoveredMs} ms`);
    }
    t.deepEqual(
      reports.map(({ name }) => name),
      attacks,
      end.stderr,
    );
    t.is(end.code, 0, end.stderr);
    t.is(end.stderr, "");
  },
});

for (const group of Object.keys(ATTACKS)) test.serial(isSurvived, group);
