import test from "ava";
import type { ExecutionContext } from "ava";
import { inspectPlugin } from "../../../src/host/plugins/inspect-plugin.js";
import { PluginLoadError } from "../../../src/contract/errors.js";
import { TemporaryPlugin } from "../../support/temporary-plugin.js";

const LIMIT_MS = 20_000;

function temporaryPlugin(t: ExecutionContext, text: string | Record<string, string> = {}): TemporaryPlugin {
  const plugin = new TemporaryPlugin(text);
  t.teardown(() => plugin.remove());
  return plugin;
}

test("inspectPlugin() answers what a module says of itself and does not call initializePlugin", async (t) => {
  const lines: string[] = [];
  const { file } = temporaryPlugin(t, {
    protocol: "/* @stockpile protocol 1 */",
    initializePlugin: `console.log("imported");
      process.stderr.write("half a line");
      export function initializePlugin() { console.log("called"); }`,
  });
  const inspection = await inspectPlugin(file, {
    name: "p",
    limitMs: LIMIT_MS,
    onLine: (line) => lines.push(line),
  });
  t.deepEqual(inspection.metadata, { name: "Temporary", version: "1.0.0" });
  t.deepEqual(inspection.warnings, []);
  t.deepEqual(lines, ["imported", "half a line"]);
});

test("inspectPlugin() answers the protocol that the file declares, and refuses another than the host's", async (t) => {
  const right = temporaryPlugin(
    t,
    `/* @stockpile protocol 1 */ export const metadata = { name: "P", version: "1.0.0" };
    export function initializePlugin() {}`,
  );
  t.is((await inspectPlugin(right.file, { name: "p", limitMs: LIMIT_MS })).protocol, 1);
  const wrong = temporaryPlugin(t, `/* @stockpile protocol 2 */ throw new Error("imported");`);
  await t.throwsAsync(inspectPlugin(wrong.file, { name: "p", limitMs: LIMIT_MS }), {
    instanceOf: PluginLoadError,
    message: /expected protocol 1: found 2/,
  });
});

for (const [title, text, message] of [
  ["throws", `throw new RangeError("too far");`, /: RangeError: too far$/],
  [
    "throws later",
    `setTimeout(() => { throw new Error("late"); }); await new Promise(() => {});`,
    /: Uncaught: late$/,
  ],
  ["ends its thread", `process.exit(3);`, /ended its thread with exit code 3$/],
  ["imports what is not there", `import "./nowhere.mjs";`, /Cannot find module .*nowhere\.mjs/],
  ["lacks metadata", `export function initializePlugin() {}`, /expected an export "metadata"/],
] as const) {
  test(`inspectPlugin() rejects where a module ${title}`, async (t) => {
    const { file } = temporaryPlugin(t, text);
    const error = await t.throwsAsync(inspectPlugin(file, { name: "p", limitMs: LIMIT_MS }), {
      instanceOf: PluginLoadError,
      message,
    });
    t.true(error?.message.startsWith(`Cannot load plugin "p" from ${file}: `));
  });
}

for (const text of [
  "for (;;);",
  "await new Promise(() => {});",
  "setInterval(() => {}, 5); await new Promise(() => {});",
]) {
  test(`inspectPlugin() rejects at its limit where a module does ${text}`, async (t) => {
    const { file } = temporaryPlugin(t, text);
    await t.throwsAsync(inspectPlugin(file, { name: "p", limitMs: 500 }), {
      message: /to end within 500 ms/,
    });
  });
}
