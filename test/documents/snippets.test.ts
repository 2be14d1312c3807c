/**
 * A newcomer's check: every fenced block of the documents is run as it stands there, or says why not. CONTRIBUTING.md
 * tells how blocks are marked.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { Stockpile } from "../../src/host/main.js";
import { repository } from "../repository/repository.js";
import { documents } from "./documents.js";
import { matchesOutput } from "./matches-output.js";
import { readSnippets } from "./read-snippets.js";
import { walk } from "./walk.js";
import { Workspace } from "./workspace.js";

/** A reason is a sentence, not an excuse of a word. */
const REASON = /^\S+(?: \S+)+$/;

let workspace: Workspace;

test.before(async () => {
  workspace = await Workspace.create(
    new Map(documents.map((document) => [document, repository.read(document)])),
  );
});

test.after.always(() => workspace?.remove());

test("the documents are those a newcomer reads", (t) => {
  for (const document of [
    "README.md",
    "docs/caching.md",
    "plugins/memory/README.md",
    "examples/http-server/README.md",
  ])
    t.true(documents.includes(document), document);
});

for (const document of documents) {
  test(`${document}: what its blocks show works`, async (t) => {
    t.deepEqual(await walk(document, workspace), []);
    await BEYOND[document]?.(t, workspace.folder(document));
  });

  test(`${document}: every mark belongs to a block, and those of blocks that are not run have a reason`, (t) => {
    const text = repository.read(document);
    const snippets = readSnippets(text);
    const marks = text.match(/^<!-- (?:file|output|serves|run by|not run)\b.*$/gm) ?? [];
    t.is(snippets.filter(({ mark }) => mark !== undefined).length, marks.length);
    t.is(snippets.length * 2, text.match(/^(?:```|~~~)/gm)?.length ?? 0);
    for (const { mark, line } of snippets) {
      if (mark?.name === "not run") t.regex(mark.text, REASON, `${document}:${line}`);
    }
  });
}

test("README: it names the two commands to try it with", (t) => {
  for (const command of ["npm ci && npm start", "npm ci && npm test"])
    t.true(repository.read("README.md").includes(command), command);
});

/** What documents claim beyond what their blocks print, checked once these have run. */
const BEYOND: Readonly<Record<string, (t: ExecutionContext, folder: string) => Promise<void>>> = {
  "README.md": keepsAsManyAsItIsTold,
  "docs/configuration.md": storesWhereItSays,
  "docs/observability.md": tracesWhatTheLoaderDoes,
  "docs/writing-a-plugin.md": outlivesLivesAndIsBuilt,
};

/** The plugin keeps as many entries as its parameters say. */
async function keepsAsManyAsItIsTold(t: ExecutionContext, folder: string): Promise<void> {
  const stockpile = await open(t, {
    near: false,
    pluginDirectory: join(folder, "plugins"),
    storage: { plugin: "shelf", parameters: { maxEntries: 2 } },
  });
  const category = stockpile.category<number>("player");
  for (const key of ["a", "b", "c"]) await category.set(key, 1);
  await category.delete("b");
  t.deepEqual(await Promise.all(["a", "b", "c"].map((key) => category.get(key))), [undefined, undefined, 1]);
}

/** The worked example stores each category where it says. */
async function storesWhereItSays(t: ExecutionContext, folder: string): Promise<void> {
  const stockpile = await open(t, join(folder, "stockpile.json"));
  for (const [name, plugin] of [
    ["player", "shelf"],
    ["skin", "memory"],
  ] as const) {
    const category = stockpile.category<string>(name);
    await category.set("one", name);
    t.is((await category.lookup("one")).value, name);
    t.is(category.health().plugin, plugin);
  }
  t.deepEqual(
    stockpile.health().plugins.map(({ name, state }) => [name, state]),
    [
      ["shelf", "ready"],
      ["memory", "ready"],
    ],
  );
}

/** A span of the cache is the parent of what its loader does. */
async function tracesWhatTheLoaderDoes(t: ExecutionContext, folder: string): Promise<void> {
  await writeFile(
    join(folder, "traced.mjs"),
    `import { AsyncLocalStorage } from "node:async_hooks";
     import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
     import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
     import { Stockpile } from "@stockpile/core";
     import { traceCache } from "./trace-cache.js";
     const exporter = new InMemorySpanExporter();
     trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
     const contexts = new AsyncLocalStorage();
     traceCache(contexts);
     const stockpile = await Stockpile.open({});
     const within = () => trace.getSpan(contexts.getStore() ?? ROOT_CONTEXT)?.spanContext().spanId;
     const loaded = await stockpile.category("player", { load: within }).get("ada");
     await stockpile.close();
     const [span] = exporter.getFinishedSpans();
     console.log(span.name, span.spanContext().spanId === loaded);`,
  );
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["traced.mjs"], {
    cwd: folder,
    timeout: 20_000,
  });
  t.is(stderr, "");
  t.is(stdout, "cache get player true\n");
}

/** The entries of the plugin outlive its lives, and it serves from the plugin directory when it is one file. */
async function outlivesLivesAndIsBuilt(t: ExecutionContext, folder: string): Promise<void> {
  for (const file of ["stockpile.json", "one-file.json"]) {
    // The folder of the document is everybody's: a test takes one of its own.
    const text = await readFile(join(folder, file), "utf8");
    await writeFile(join(folder, file), text.replace("/tmp/drawer", join(folder, "entries")));
    const stockpile = await open(t, join(folder, file));
    const players = stockpile.category<string>("player", { near: false });
    await players.set("../odd/key", "Ada");
    await players.set("gone", "nobody");
    await players.delete("gone");
    await players.delete("never there");
    await stockpile.plugins.restart("drawer");

    t.is(await players.get("../odd/key"), "Ada");
    t.is((await players.lookup("gone")).source, "none");
    t.like(stockpile.health().plugins[0], { state: "ready", lives: 2, calls: { failed: 0, timedOut: 0 } });
  }
}

async function open(t: ExecutionContext, source: string | object): Promise<Stockpile> {
  const stockpile = await Stockpile.open(source, { logger: pino({ level: "silent" }) });
  t.teardown(() => stockpile.close());
  return stockpile;
}

test("walk() tells what does not work, with its line, and passes over what is not to be run", async (t) => {
  const document = [
    "```ts\nunmarked();\n```",
    "<!-- not run: it is a drawing -->\n\n```text\n─▶\n```",
    '<!-- file: says.ts -->\n\n```ts\nconsole.log("one");\n```',
    "<!-- output: says.ts -->\n\n```text\ntwo\n```",
    '<!-- file: throws.ts -->\n\n```ts\nthrow new Error("on purpose");\n```',
    '<!-- file: stockpile.json -->\n\n```json\n{ "naer": false }\n```',
    '<!-- file: wrong/stockpile.json -->\n\n```json\n{ "near": false }\n```',
    "```console\n$ echo three\nfour\n$ echo three\nthree\n```",
    "```sh\nexit 3\n```",
    "<!-- run by: test/absent.test.ts -->\n\n```sh\nexit 3\n```",
    "```text\nunmarked\n```",
  ].join("\n\n");
  const made = await Workspace.create(new Map([["docs/made.md", `${document}\n`]]));
  t.teardown(() => made.remove());
  const faults = await walk("docs/made.md", made);
  const expected = [
    "2: a block of ts that is neither run nor marked",
    "20: printed instead:",
    "26: throws.ts fails: Error: Command failed",
    "32: ConfigError: Cannot use configuration",
    "38: a mistake that is none",
    '42: "echo three" prints instead:',
    '49: "exit 3" ends with 3:',
    "55: no test/absent.test.ts",
    "59: a block of text that is neither run nor marked",
  ];
  t.is(faults.length, expected.length, faults.join("\n"));
  for (const [index, start] of expected.entries())
    t.true(faults[index]?.startsWith(`docs/made.md:${start}`), faults[index]);
});

test("readSnippets() reads each fenced block with its mark", (t) => {
  const text = [
    "<!-- file: a.ts -->",
    "",
    "```ts",
    "1",
    "```",
    "",
    "~~~",
    "2",
    "~~~",
    "",
    "<!-- not run: as it is -->",
  ];
  const snippets = readSnippets([...text, "```sh", "3", "```", ""].join("\n"));
  t.deepEqual(
    snippets.map(({ language, code, line, file, mark }) => [
      language,
      code,
      line,
      file,
      mark?.name,
      mark?.text,
    ]),
    [
      ["ts", "1\n", 4, "a.ts", "file", "a.ts"],
      ["", "2\n", 8, undefined, undefined, undefined],
      ["sh", "3\n", 13, undefined, "not run", "as it is"],
    ],
  );
});

test("matchesOutput() takes what was printed, and nothing else", (t) => {
  const printed = 'HTTP/1.1 200 OK\nx-cache: loader\n\n{"id":"1"} took 12 ms\n';
  t.true(matchesOutput(printed, printed, true));
  t.true(matchesOutput('x-cache: loader\n{"id":"1"} took … ms', printed, false));
  t.true(matchesOutput("HTTP/… OK\n…\n{…} took … ms", printed, true));
  t.false(matchesOutput('x-cache: loader\n{"id":"1"} took … ms', printed, true));
  t.false(matchesOutput("x-cache: near", printed, false));
  t.false(matchesOutput('{"id":"1"} took … ms\nx-cache: loader', printed, false));
  t.false(matchesOutput("x-cache: loader and more", printed, false));
});
