/** A plugin that cannot start costs a bounded number of attempts, and serves once it is mended. */
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import type { ExecutionContext } from "ava";
import type { PluginFailure } from "../../src/host/main.js";
import { measureDisturbance } from "../support/disturbance.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { Stage } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { threadCount } from "../support/thread-count.js";
import { timely } from "../support/timely.js";
import { until } from "../support/until.js";

/** For plugins that fail by themselves, in ms. */
const START_MS = 15_000;
/** For those that do not, in ms: several times what a thread takes to boot. */
const SHORT_START_MS = 600;
const STEADY = new URL("../fixtures/steady.js", import.meta.url).href;
/** `limits.start` of both plugins begins with their threads; reading the configuration comes before. */
const OPEN_MARGIN_MS = 1000;
const BURST = 2;
/** How long a plugin in quarantine is looked at for a storm, in ms: many times its backoff. */
const QUIET_MS = 400;

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
    message: /did not finish initializePlugin of .* within 600 ms( while its event loop was blocked in .*)?$/,
  },
  "spins in initializePlugin": {
    text: initialize("for (;;);"),
    kind: "start-timeout",
    message: /did not finish initializePlugin of .* within 600 ms( while its event loop was blocked in .*)?$/,
  },
  "never finishes importing": {
    text: "await new Promise(() => {});",
    kind: "start-timeout",
    message: /did not finish its import from .* within 600 ms( while its event loop was blocked in .*)?$/,
  },
  "spins at import": {
    text: "for (;;);",
    kind: "start-timeout",
    message: /did not finish its import from .* within 600 ms( while its event loop was blocked in .*)?$/,
  },
};

leavesNothing(test);

const isQuarantined = test.macro({
  title: (_given, fault: string) => `a plugin that ${fault} ends in quarantine, and serves once it is mended`,
  async exec(t: ExecutionContext, fault: string) {
    const { text, kind, message } = START_FAULTS[fault]!;
    const plugin = new TemporaryPlugin(text);
    t.teardown(() => plugin.remove());
    const startMs = kind === "start-timeout" ? SHORT_START_MS : START_MS;
    const openedAt = performance.now();
    const stage = await Stage.open({
      module: plugin.url,
      limits: { start: startMs },
      restart: { burst: BURST, window: "60s", backoff: "20ms", maxBackoff: "60s" },
      plugins: { steady: { module: STEADY, limits: { start: startMs } } },
    });
    const openMs = performance.now() - openedAt;
    t.teardown(() => stage.close());
    t.true(openMs <= startMs + OPEN_MARGIN_MS, `opened after ${openMs} ms`);
    t.is(await stage.lenient.get("key"), "loaded key");

    await timely(t, async () => {
      await until("quarantine", () => stage.plugin().state === "quarantined");
      const { lives } = stage.plugin();
      const { summary, complaints } = await measureDisturbance(stage, async () => {
        await t.throwsAsync(stage.stockpile.plugins.restart("faulty"));
        await until("quarantine", () => stage.plugin().state === "quarantined");
      });
      t.is(stage.plugin().lives - lives, BURST + 1);
      await sleep(QUIET_MS);
      t.is(stage.plugin().lives - lives, BURST + 1);
      t.log(`opened after ${openMs.toFixed()} ms; ${summary}`);
      return complaints;
    });
    const failures = stage.events.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
    t.true(failures.every((failure) => failure.kind === kind));
    // Under load a thread may spend its whole time booting, but not each time.
    t.true(
      failures.some((failure) => message.test(failure.message)),
      failures.at(-1)?.message,
    );

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
    const startMs = kind === "start-timeout" ? SHORT_START_MS : START_MS;
    const openedAt = performance.now();
    const error = await t.throwsAsync(
      Stage.open({ module: plugin.url, startup: "required", limits: { start: startMs } }),
      {
        code:
          kind === "load" || kind === "start-timeout"
            ? "STOCKPILE_PLUGIN_LOAD"
            : "STOCKPILE_PLUGIN_UNAVAILABLE",
      },
    );
    t.true(performance.now() - openedAt <= startMs + 2 * OPEN_MARGIN_MS);
    t.true(error.message.includes('"faulty"'), error.message);
    t.log(error.message);
    await until("its thread to be gone", () => threadCount() <= threads);
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
  await until("a trial", () => stage.plugin().lives > lives);
  t.is(stage.plugin().state, "quarantined");
  plugin.write({});
  await until("service", () => stage.plugin().state === "ready");
});

test.serial("a plugin that is stopped while it starts is stopped", async (t) => {
  const plugin = new TemporaryPlugin(initialize("await new Promise(() => {});"));
  t.teardown(() => plugin.remove());
  const stage = await Stage.open({ module: plugin.url, limits: { start: "200ms" } });
  t.teardown(() => stage.close());
  await until("another start", () => stage.plugin().lives >= 2);
  await stage.stockpile.plugins.stop("faulty");
  const { lives } = stage.plugin();
  t.is(stage.plugin().state, "stopped");
  await sleep(QUIET_MS);
  t.is(stage.plugin().state, "stopped");
  t.is(stage.plugin().lives, lives);
});
