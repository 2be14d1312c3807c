/** A plugin that cannot start costs a bounded number of attempts, and serves once it is mended. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import type { PluginFailure } from "../../src/host/main.js";
import { measureDisturbance } from "../support/disturbance.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { LOOP_MARGIN_MS } from "../support/margins.js";
import { Stage } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { threadCount } from "../support/thread-count.js";
import { until } from "../support/until.js";

const START_MS = 600;
/** `limits.start` of both plugins begins with their threads; reading the configuration comes before. */
const OPEN_MARGIN_MS = 600;
const BURST = 2;
/** How long a plugin in quarantine is looked at for a storm, in ms: many times its backoff. */
const QUIET_MS = 400;
/** How often the undisturbed may be looked for: the machine may disturb them as well, but not each time. */
const ATTEMPTS = 3;

interface StartFault {
  readonly text: string | Readonly<Record<string, string>>;
  readonly kind: PluginFailure["kind"];
  readonly message: RegExp;
}

const initialize = (body: string): Readonly<Record<string, string>> => ({
  initializePlugin: `export async function initializePlugin() { ${body} }`,
});

const START_FAULTS: Readonly<Record<string, StartFault>> = {
  "throws on each start": {
    text: initialize("throw new Error('no');"),
    kind: "load",
    message: /initializePlugin of .*: no$/,
  },
  "exits on each start": { text: initialize("process.exit(1);"), kind: "exit", message: /exit code 1$/ },
  "crashes on each start": {
    text: initialize("setTimeout(() => { throw new Error('later'); }); await new Promise(() => {});"),
    kind: "crash",
    message: /^Uncaught: later$/,
  },
  "exits at import": { text: "process.exit(0);", kind: "exit", message: /exit code 0$/ },
  "hangs in initializePlugin": {
    text: initialize("await new Promise(() => {});"),
    kind: "start-timeout",
    message: /did not finish initializePlugin of .* within 600 ms$/,
  },
  "spins in initializePlugin": {
    text: initialize("for (;;);"),
    kind: "start-timeout",
    message: /did not finish initializePlugin of .* within 600 ms$/,
  },
  "never finishes importing": {
    text: "await new Promise(() => {});",
    kind: "start-timeout",
    message: /did not finish its import from .* within 600 ms$/,
  },
  "spins at import": {
    text: "for (;;);",
    kind: "start-timeout",
    message: /did not finish its import from .* within 600 ms$/,
  },
};

leavesNothing(test);

const isQuarantined = test.macro({
  title: (_given, fault: string) => `a plugin that ${fault} ends in quarantine, and serves once it is mended`,
  async exec(t: ExecutionContext, fault: string) {
    const { text, kind, message } = START_FAULTS[fault]!;
    const plugin = new TemporaryPlugin(text);
    t.teardown(() => plugin.remove());
    const openedAt = performance.now();
    const stage = await Stage.open({
      module: plugin.url,
      limits: { start: START_MS },
      restart: { burst: BURST, window: "60s", backoff: "20ms", maxBackoff: "60s" },
    });
    const openMs = performance.now() - openedAt;
    t.teardown(() => stage.close());
    t.true(openMs <= START_MS + OPEN_MARGIN_MS, `opened after ${openMs} ms`);
    t.is(await stage.lenient.get("key"), "loaded key");

    let undisturbed = false;
    for (let attempt = 1; attempt <= ATTEMPTS && !undisturbed; attempt += 1) {
      await until("quarantine", () => stage.plugin().state === "quarantined");
      const { lives } = stage.plugin();
      const { failures, baselineMs, delayMs } = await measureDisturbance(stage, async () => {
        await t.throwsAsync(stage.stockpile.plugins.restart("faulty"));
        await until("quarantine", () => stage.plugin().state === "quarantined");
      });
      undisturbed = failures.length === 0 && delayMs <= baselineMs + LOOP_MARGIN_MS;
      t.is(stage.plugin().lives - lives, BURST + 1);
      await sleep(QUIET_MS);
      t.is(stage.plugin().lives - lives, BURST + 1);
      t.log(
        `opened after ${openMs.toFixed()} ms; ${failures.length} calls beside it failed; ` +
          `p99 of loop delay ${baselineMs.toFixed(1)} ms before, ${delayMs.toFixed(1)} ms during`,
      );
    }
    t.true(undisturbed);
    const { lastFailure } = stage.plugin();
    t.is(lastFailure?.kind, kind);
    t.regex(lastFailure?.message ?? "", message);

    plugin.write({});
    await stage.stockpile.plugins.restart("faulty");
    t.is(stage.plugin().state, "ready");
    await stage.lenient.set("key", "value");
    t.like(await stage.lenient.lookup("key"), { source: "backend", value: "value" });
  },
});

const isRequired = test.macro({
  title: (_given, fault: string) =>
    `open() rejects for a required plugin that ${fault}, and leaves nothing running`,
  async exec(t: ExecutionContext, fault: string) {
    const { text, kind } = START_FAULTS[fault]!;
    const plugin = new TemporaryPlugin(text);
    t.teardown(() => plugin.remove());
    const threads = threadCount();
    const openedAt = performance.now();
    const error = await t.throwsAsync(
      Stage.open({ module: plugin.url, startup: "required", limits: { start: START_MS } }),
      {
        code:
          kind === "load" || kind === "start-timeout"
            ? "STOCKPILE_PLUGIN_LOAD"
            : "STOCKPILE_PLUGIN_UNAVAILABLE",
      },
    );
    t.true(performance.now() - openedAt <= START_MS + 2 * OPEN_MARGIN_MS);
    t.true(error.message.includes('"faulty"'), error.message);
    t.log(error.message);
    t.true(threadCount() <= threads);
  },
});

for (const fault of Object.keys(START_FAULTS)) test.serial(isQuarantined, fault);
for (const fault of Object.keys(START_FAULTS)) test.serial(isRequired, fault);

test.serial("a plugin in quarantine is tried again by itself, and is back once it is mended", async (t) => {
  const plugin = new TemporaryPlugin("process.exit(1);");
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({
    module: plugin.url,
    restart: { burst: 1, window: "60s", backoff: "10ms", maxBackoff: "400ms" },
  });
  t.teardown(() => stage.close());
  await until("quarantine", () => stage.plugin().state === "quarantined");
  const { lives } = stage.plugin();
  await until("a trial", () => stage.plugin().lives === lives + 1);
  t.is(stage.plugin().state, "quarantined");
  plugin.write({});
  await until("service", () => stage.plugin().state === "ready");
});

test.serial("a plugin that is stopped while it starts is stopped", async (t) => {
  const plugin = new TemporaryPlugin(initialize("await new Promise(() => {});"));
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({ module: plugin.url, limits: { start: "200ms" } });
  t.teardown(() => stage.close());
  await until("another start", () => stage.plugin().lives === 2);
  await stage.stockpile.plugins.stop("faulty");
  const { lives } = stage.plugin();
  t.is(stage.plugin().state, "stopped");
  await sleep(QUIET_MS);
  t.is(stage.plugin().state, "stopped");
  t.is(stage.plugin().lives, lives);
});
