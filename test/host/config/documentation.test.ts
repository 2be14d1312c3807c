import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import { ConfigError } from "../../../src/contract/errors.js";
import * as constants from "../../../src/host/config/defaults.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { parseDuration } from "../../../src/host/config/parse-duration.js";
import { BUILT_IN_PLUGINS } from "../../../src/host/config/modules/built-in-plugins.js";
import { configJsonSchema } from "../../../src/host/config/schema/config-json-schema.js";
import { readSnippets } from "../../documents/read-snippets.js";
import { repository } from "../../repository/repository.js";
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
  const snippets = readSnippets(await readFile(DOCUMENT, "utf8"));
  const wrong = snippets.find(({ file }) => file === "wrong/stockpile.json")?.code ?? "";
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

test("docs/configuration.md: the files of the folder are merged as it says", async (t) => {
  const snippets = readSnippets(await readFile(DOCUMENT, "utf8"));
  const files = snippets.flatMap(({ file = "", code }) =>
    file.startsWith("stockpile.d/") ? [[file, code]] : [],
  );
  t.is(files.length, 3);
  const cwd = await makeFolder(t, { ...BUILT_IN_MEMORY, ...Object.fromEntries(files) });
  const { categories } = await loadConfig("stockpile.d", { cwd, env: {} });
  t.like(categories.get("player"), { ttlMs: 60_000, graceMs: 3_600_000 });
});

/** The objects of the configuration: where the document tells their keys, and where they are in the schema. */
const SECTIONS: readonly (readonly [string, readonly string[]])[] = [
  ["## Top level", []],
  ["## Plugins", ["plugins", "*"]],
  ["### Permissions", ["plugins", "*", "permissions"]],
  ["### Limits", ["plugins", "*", "limits"]],
  ["### Restart", ["plugins", "*", "restart"]],
  ["## Storage", ["storage"]],
  ["## Categories", ["categories", "*"]],
  ["### Near cache", ["near"]],
  ["## Crash reports", ["crashReports"]],
];

const DEFAULTS: Readonly<Record<string, number | string | boolean>> = { ...constants };

/** The constants that defaults come from, whose comments are the reasons. */
const REASONS: Readonly<Record<string, keyof typeof constants>> = {
  storage: "DEFAULT_STORAGE_PLUGIN",
  maxValueBytes: "DEFAULT_MAX_VALUE_BYTES",
  "plugins.*.isolation": "DEFAULT_ISOLATION",
  "plugins.*.startup": "DEFAULT_STARTUP",
  "plugins.*.inspect": "DEFAULT_INSPECT",
  "plugins.*.spare": "DEFAULT_SPARE",
  "plugins.*.limits.start": "DEFAULT_START_MS",
  "plugins.*.limits.call": "DEFAULT_CALL_MS",
  "plugins.*.limits.stop": "DEFAULT_STOP_MS",
  "plugins.*.limits.hang": "DEFAULT_HANG_MS",
  "plugins.*.limits.memoryMb": "DEFAULT_MEMORY_MB",
  "plugins.*.limits.inFlightCalls": "DEFAULT_IN_FLIGHT_CALLS",
  "plugins.*.limits.inFlightBytes": "DEFAULT_IN_FLIGHT_BYTES",
  "plugins.*.limits.queuedWrites": "DEFAULT_QUEUED_WRITES",
  "plugins.*.limits.queuedBytes": "DEFAULT_QUEUED_BYTES",
  "plugins.*.restart.burst": "DEFAULT_BURST",
  "plugins.*.restart.window": "DEFAULT_WINDOW_MS",
  "plugins.*.restart.backoff": "DEFAULT_BACKOFF_MS",
  "plugins.*.restart.maxBackoff": "DEFAULT_MAX_BACKOFF_MS",
  "categories.*.ttl": "DEFAULT_TTL_MS",
  "categories.*.grace": "DEFAULT_GRACE_MS",
  "categories.*.refreshAhead": "DEFAULT_REFRESH_AHEAD_MS",
  "categories.*.negativeTtl": "DEFAULT_NEGATIVE_TTL_MS",
  "categories.*.loadTimeout": "DEFAULT_LOAD_TIMEOUT_MS",
  "categories.*.onReadError": "DEFAULT_ON_READ_ERROR",
  "categories.*.onWriteError": "DEFAULT_ON_WRITE_ERROR",
  "crashReports.directory": "DEFAULT_CRASH_REPORTS_DIRECTORY",
  "crashReports.keep": "DEFAULT_CRASH_REPORTS_KEEP",
  "near.entries": "DEFAULT_NEAR_ENTRIES",
  "near.bytes": "DEFAULT_NEAR_BYTES",
  "near.values": "DEFAULT_NEAR_VALUES",
};

const SCHEMA = configJsonSchema();

test("docs/configuration.md: every object of the schema has its section, and every default its reason", async (t) => {
  const told = new Set(SECTIONS.map(([, path]) => path.join(".")));
  // A category's storage has the keys of the top level's, and so has its near cache.
  const same = ["categories.*.storage", "categories.*.near"];
  t.deepEqual(objectsOf(SCHEMA).toSorted(), [...told, ...same].toSorted());
  for (const place of same) {
    const keys = Object.keys(schemaAt(place.split(".")).properties ?? {});
    t.deepEqual(keys, Object.keys(schemaAt([place.split(".").at(-1) ?? ""]).properties ?? {}));
  }
  t.deepEqual(Object.values(REASONS).toSorted(), Object.keys(DEFAULTS).toSorted());
  t.is((await reasons()).size, Object.keys(DEFAULTS).length);
});

for (const [heading, at] of SECTIONS) {
  test(`docs/configuration.md: "${heading}" has a row for each key, with its unit and bounds, default and reason`, async (t) => {
    const { properties = {}, required = [] } = schemaAt(at);
    const rows = await rowsOf(heading);
    t.deepEqual(
      rows.map(([key]) => key),
      Object.keys(properties).map((key) => `\`${key}\``),
    );
    const whys = await reasons();
    for (const [cell = "", value = "", byDefault = "", text = ""] of rows) {
      const key = cell.replaceAll("`", "");
      const schema = asObject(properties[key]);
      t.is(value, valueText(key, schema), key);
      if (required.includes(key)) t.is(byDefault, "required", key);
      else t.deepEqual(readDefault(byDefault, isDuration(schema)), schema.default, key);
      const prose = plain(text);
      t.true(prose.startsWith(plain(schema.description ?? "?")), `${key}: ${schema.description}`);
      const constant = REASONS[[...at, key].join(".")];
      if (constant === undefined) continue;
      t.deepEqual(valueOf(schema.default), DEFAULTS[constant], key);
      const why = plain(whys.get(constant) ?? "?");
      t.true(prose.toLowerCase().includes(why.toLowerCase()), `${key}: ${why}`);
    }
  });
}

test("docs/configuration.md: every built-in plugin has its row", async (t) => {
  const text = await readFile(DOCUMENT, "utf8");
  const rows = [...text.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|$/gm)].map(([, name, package_]) => [
    name,
    package_,
  ]);
  t.deepEqual(rows, [...BUILT_IN_PLUGINS]);
});

/** The rows of the first table below a heading, cell by cell, without its head. */
async function rowsOf(heading: string): Promise<string[][]> {
  const text = await readFile(DOCUMENT, "utf8");
  const section = text.split(`\n${heading}\n`)[1]?.split(/^## /m)[0] ?? "";
  const table = /^\|(?:.*\n\|)+.*$/m.exec(section)?.[0] ?? "";
  return table
    .split("\n")
    .slice(2)
    .map((row) => row.slice(2, -2).split(" | "));
}

/** The comment of each default in the source. */
async function reasons(): Promise<Map<string, string>> {
  const source = repository.read("src/host/config/defaults.ts");
  const found = source.matchAll(/\/\*\*((?:(?!\*\/)[^])*)\*\/\nexport const (DEFAULT_\w+)/g);
  return new Map(
    [...found].map(([, comment = "", name = ""]) => [name, comment.replaceAll(/\n \*/g, " ").trim()]),
  );
}

type JsonSchema = ReturnType<typeof configJsonSchema>;

function asObject(schema: unknown): JsonSchema {
  return typeof schema === "object" && schema !== null ? { ...schema } : {};
}

/** The object of a value that may be `false` as well. */
function objectIn(schema: JsonSchema): JsonSchema {
  return asObject(schema.anyOf?.find((each) => asObject(each).type === "object") ?? schema);
}

function schemaAt(path: readonly string[]): JsonSchema {
  return path.reduce<JsonSchema>(
    (schema, key) => objectIn(asObject(key === "*" ? schema.additionalProperties : schema.properties?.[key])),
    SCHEMA,
  );
}

/** The places of all objects whose keys are known. */
function objectsOf(schema: JsonSchema, at: readonly string[] = []): string[] {
  const object = objectIn(schema);
  const below = Object.entries(object.properties ?? {}).flatMap(([key, each]) =>
    objectsOf(asObject(each), [...at, key]),
  );
  const each = asObject(object.additionalProperties);
  return [
    ...(object.properties === undefined ? [] : [at.join(".")]),
    ...below,
    ...(Object.keys(each).length === 0 ? [] : objectsOf(each, [...at, "*"])),
  ];
}

function isDuration({ anyOf = [] }: JsonSchema): boolean {
  return anyOf.some((each) => asObject(each).type === "number");
}

/** What the document calls the values that a schema takes. */
function valueText(key: string, schema: JsonSchema): string {
  const parts = (schema.anyOf ?? []).map(asObject);
  if (isDuration(schema))
    return parts.some(({ exclusiveMinimum }) => exclusiveMinimum === 0) ? "duration above 0" : "duration";
  if (parts.some((part) => part.const === false)) return "`false` or object";
  const values = parts.find((part) => part.enum !== undefined)?.enum;
  if (values !== undefined) return values.map((value) => `\`"${String(value)}"\``).join(", ");
  if (parts.length === 2 && parts[0]?.type === "boolean") {
    return `boolean, or ${valueText(key, parts[1] ?? {})}`;
  }
  if (schema.type === "integer") {
    const unit = /bytes$/i.test(key) ? " bytes" : key.endsWith("Mb") ? " MiB" : "";
    return `${schema.minimum} to ${schema.maximum}${unit}`;
  }
  if (schema.type === "string") return schema.pattern === undefined ? "string" : "id";
  return typeof schema.type === "string" ? schema.type : "any JSON";
}

function readDefault(cell: string, ofDuration: boolean): unknown {
  if (cell === "none") return undefined;
  const shown = /^`(.*)`$/.exec(cell)?.[1] ?? "";
  if (ofDuration) return shown === "0" ? 0 : parseDuration(shown);
  return JSON.parse(shown);
}

/** A default storage is told by its plugin alone. */
function valueOf(byDefault: unknown): unknown {
  return typeof byDefault === "object" && byDefault !== null && "plugin" in byDefault
    ? byDefault.plugin
    : byDefault;
}

/** A text without the marks of Markdown, each run of blanks one. */
function plain(text: string): string {
  return text
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll("`", "")
    .replaceAll(/\s+/g, " ")
    .replace(/\.$/, "");
}
