import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { z } from "zod";
import { ConfigError } from "../../../src/contract/errors.js";
import * as defaults from "../../../src/host/config/defaults.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { parseDuration } from "../../../src/host/config/parse-duration.js";
import { configSchema } from "../../../src/host/config/schema/config-schema.js";
import { BUILT_IN_MEMORY } from "./built-in-memory.js";
import { makeFolder } from "./make-folder.js";

// From dist/test/host/config.
const DOCUMENT = fileURLToPath(new URL("../../../../docs/configuration.md", import.meta.url));

/** The contents of the document's code blocks in this language, in order. */
async function codeBlocks(language: string): Promise<string[]> {
  const text = await readFile(DOCUMENT, "utf8");
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, tag, code = ""]) =>
    tag === language ? [code] : [],
  );
}

test("docs/configuration.md: the worked example is a configuration", async (t) => {
  const [example = ""] = await codeBlocks("json");
  const cwd = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    "stockpile.json": example,
    "shelf.mjs": "",
  });
  const config = await loadConfig("stockpile.json", { cwd, env: {} });
  t.deepEqual([...config.plugins.keys()], ["shelf", "memory"]);
  t.is(config.plugins.get("shelf")?.limits.startMs, 15_000);
});

test("docs/configuration.md: the mistakes are printed as shown", async (t) => {
  const [, wrong = ""] = await codeBlocks("json");
  const [printed = "", printedForBroken = ""] = await codeBlocks("text");
  const cwd = await makeFolder(t, {
    ...BUILT_IN_MEMORY,
    "wrong/stockpile.json": wrong,
    "broken/stockpile.json": '{\n  "near": false,\n}\n',
  });
  const messageOf = async (folder: string): Promise<string> => {
    const error = await t.throwsAsync(loadConfig("stockpile.json", { cwd: join(cwd, folder), env: {} }), {
      instanceOf: ConfigError,
    });
    return `${error?.message.replaceAll(join(cwd, folder), "/srv/game")}\n`;
  };
  t.is(await messageOf("wrong"), printed);
  t.is(await messageOf("broken"), printedForBroken);
});

test("docs/configuration.md: every key has its row, and no other", async (t) => {
  const text = await readFile(DOCUMENT, "utf8");
  const rows = [...text.matchAll(/^\| `([$\w]+)` \|/gm)].map(([, key = ""]) => key);
  // The table of built-in plugins has a row of the same form.
  const expected = [...keysOf(z.toJSONSchema(configSchema, { io: "input" })), "memory"];
  t.deepEqual([...new Set(rows)].toSorted(), [...new Set(expected)].toSorted());
});

const DOCUMENTED: Readonly<Record<string, number | string>> = {
  maxValueBytes: defaults.DEFAULT_MAX_VALUE_BYTES,
  isolation: defaults.DEFAULT_ISOLATION,
  startup: defaults.DEFAULT_STARTUP,
  start: defaults.DEFAULT_START_MS,
  call: defaults.DEFAULT_CALL_MS,
  stop: defaults.DEFAULT_STOP_MS,
  hang: defaults.DEFAULT_HANG_MS,
  memoryMb: defaults.DEFAULT_MEMORY_MB,
  inFlightCalls: defaults.DEFAULT_IN_FLIGHT_CALLS,
  inFlightBytes: defaults.DEFAULT_IN_FLIGHT_BYTES,
  burst: defaults.DEFAULT_BURST,
  window: defaults.DEFAULT_WINDOW_MS,
  backoff: defaults.DEFAULT_BACKOFF_MS,
  maxBackoff: defaults.DEFAULT_MAX_BACKOFF_MS,
  ttl: defaults.DEFAULT_TTL_MS,
  onReadError: defaults.DEFAULT_ON_READ_ERROR,
  loadTimeout: defaults.DEFAULT_LOAD_TIMEOUT_MS,
};

for (const [key, value] of Object.entries(DOCUMENTED)) {
  test(`docs/configuration.md: the default of ${key} is right`, async (t) => {
    const text = await readFile(DOCUMENT, "utf8");
    const shown = new RegExp(`^\\| \`${key}\` \\|[^|]*\\| \`([^\`]+)\``, "m").exec(text)?.[1] ?? "";
    const isDuration = /^\d+[a-z]+$/.test(shown);
    t.is(isDuration ? parseDuration(shown) : shown.replaceAll('"', ""), isDuration ? value : String(value));
  });
}

/** The keys of objects whose keys are known, at any depth. */
function keysOf(schema: z.core.JSONSchema._JSONSchema): string[] {
  if (typeof schema === "boolean") return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]) => [
    key,
    ...keysOf(property),
  ]);
  return schema.additionalProperties === undefined ? own : [...own, ...keysOf(schema.additionalProperties)];
}
