/** close() settles in the middle of any fault, and leaves nothing that keeps a process alive. */
import test from "ava";
import type { ExecutionContext } from "ava";
import { beyond } from "../support/beyond.js";
import { runChild } from "../support/run-child.js";
import type { StageOptions } from "../support/stage.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { timely, tooLong } from "../support/timely.js";
import type { CloseInput, CloseOutcome } from "./children/close-during.js";

const CHILD = new URL("children/close-during.js", import.meta.url);
const HOSTILE = new URL("../fixtures/hostile.js", import.meta.url).href;
const STOP_MS = 500;
/** What close() may take beyond `limits.stop`, in ms: a second to end a thread, and what a loaded machine adds. */
const CLOSE_MARGIN_MS = 1000 + 500;
/** In which a child must have come and gone, in ms. */
const CHILD_MS = 20_000;

interface Case {
  /** Of the faulty plugin. */
  readonly keys?: readonly string[];
  /** Of the hostile one. */
  readonly attack?: string;
  /** A plugin that cannot start. */
  readonly text?: string;
  readonly options?: StageOptions;
  readonly afterMs?: number;
}

const start = (body: string): string =>
  `export const metadata = { name: "N", version: "1.0.0" }; export async function initializePlugin() { ${body} }`;
const ONE_LIFE = { limits: { start: "300ms" }, restart: { burst: 0, backoff: "10ms" } };

const inProcess = (one: Case): Case => ({ ...one, options: { ...one.options, isolation: "process" } });

const CASES: Readonly<Record<string, Case>> = {
  nothing: { keys: ["plain"] },
  "a backend that throws": {
    keys: ["throw", "throw-null", "reject", "evil-then", "wrong-shape", "too-much"],
  },
  "a backend that never settles": { keys: ["never"] },
  "a backend that answers late": { keys: ["late"] },
  "a backend that blocks 300 ms": { keys: ["block-300"] },
  "a throw in a timer": { keys: ["timer-throw"] },
  "an exit": { keys: ["exit-3"] },
  "an exit with code 0, just over": { keys: ["exit-0"], afterMs: 150 },
  "growing memory": { keys: ["heap-map"], options: { limits: { memoryMb: 512 } }, afterMs: 100 },
  "a spinning plugin": { keys: ["spin"] },
  "a spinning plugin, while it is replaced": { keys: ["spin"], afterMs: 620 },
  "a plugin that spins after an await": { keys: ["spin-later"] },
  "a flood of the console": { keys: ["flood-console"] },
  "an exit on each start": { text: "process.exit(1);", options: ONE_LIFE },
  "a hang in initializePlugin": { text: start("await new Promise(() => {});"), options: ONE_LIFE },
  "a spin in initializePlugin": { text: start("for (;;);"), options: ONE_LIFE },
  "an import that never ends": { text: "await new Promise(() => {});", options: ONE_LIFE },
  "a spin at import": { text: "for (;;);", options: ONE_LIFE },
  "a close that never settles": {
    text: start(
      `await context.registerStorageBackend("b", () => ({ get() {}, put() {}, purge() {}, close: () => new Promise(() => {}) }));`,
    ).replace("initializePlugin()", "initializePlugin(context)"),
    options: { startup: "required" },
  },
  "a close that spins": {
    text: start(
      `await context.registerStorageBackend("b", () => ({ get() {}, put() {}, purge() {}, close() { for (;;); } }));`,
    ).replace("initializePlugin()", "initializePlugin(context)"),
    options: { startup: "required" },
  },
  "a close that exits": {
    text: start(
      `await context.registerStorageBackend("b", () => ({ get() {}, put() {}, purge() {}, close() { process.exit(9); } }));`,
    ).replace("initializePlugin()", "initializePlugin(context)"),
    options: { startup: "required" },
  },
  "a bad frame": { attack: "get-constructor", afterMs: 20 },
  "a bad frame on Node's port": { attack: "node-null", afterMs: 20 },
  "closed ports": { attack: "close-both", afterMs: 20 },
  "a flood of frames": { attack: "flood-own", afterMs: 20 },
  "a flood of the parent port": { attack: "flood-parent", afterMs: 20 },
  "nothing, in a process": inProcess({ keys: ["plain"] }),
  "the start of a process": inProcess({
    keys: ["plain"],
    options: { limits: { start: "50ms" } },
    afterMs: 0,
  }),
  "an exit of a process": inProcess({ keys: ["exit-3"] }),
  "growing memory of a process": inProcess({
    keys: ["buffers"],
    options: { limits: { memoryMb: 512 } },
    afterMs: 100,
  }),
  "a process that spins": inProcess({ keys: ["spin"] }),
  "a process that spins, while it is replaced": inProcess({ keys: ["spin"], afterMs: 620 }),
  "an import in a process that spins": inProcess({ text: "for (;;);", options: ONE_LIFE }),
  "a close in a process that spins": inProcess({
    text: start(
      `await context.registerStorageBackend("b", () => ({ get() {}, put() {}, purge() {}, close() { for (;;); } }));`,
    ).replace("initializePlugin()", "initializePlugin(context)"),
    options: { startup: "required" },
  }),
  "a giant frame": { attack: "huge-objects", afterMs: 50, options: { limits: { memoryMb: 4096 } } },
};

const closes = test.macro({
  title: (_given, name: string) => `close() during ${name} settles in time and leaves nothing`,
  async exec(t: ExecutionContext, name: string) {
    const { keys = [], attack, text, options = {}, afterMs = 50 } = CASES[name]!;
    const plugin = text === undefined ? undefined : new TemporaryPlugin(text);
    t.teardown(() => plugin?.remove());
    const module = plugin?.url ?? (attack === undefined ? undefined : HOSTILE);
    const input: CloseInput = {
      options: {
        ...options,
        ...(module === undefined ? {} : { module }),
        limits: { stop: STOP_MS, call: "100ms", hang: "500ms", ...options.limits },
      },
      keys: attack === undefined ? keys : [`attack:${attack}`],
      afterMs,
    };
    await timely(t, async () => {
      const end = await runChild(CHILD, input, CHILD_MS);
      t.false(end.isOverdue);
      t.is(end.code, 0, end.stderr);
      t.is(end.stderr, "");
      const [outcome] = end.results as readonly [CloseOutcome];
      t.log(
        `closed in ${outcome.closeMs.toFixed()} ms; calls ${JSON.stringify(outcome.settled)}; ${outcome.after.join()}`,
      );
      t.is(outcome.abandonedThreads, 0);
      t.is(outcome.threadsLeft, 0);
      t.is(outcome.processesLeft, 0);
      t.deepEqual(beyond(outcome.after, outcome.before), []);
      return tooLong("close()", outcome.closeMs, STOP_MS + CLOSE_MARGIN_MS);
    });
  },
});

for (const name of Object.keys(CASES)) test.serial(closes, name);
