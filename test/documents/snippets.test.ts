import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { Stockpile } from "../../src/host/main.js";
import { loadConfig } from "../../src/host/config/load-config.js";
import { readSnippets } from "./read-snippets.js";

const REPOSITORY = fileURLToPath(new URL("../../../", import.meta.url));
const DOCUMENTS = [
  "README.md",
  "docs/architecture.md",
  "docs/configuration.md",
  "docs/observability.md",
  "docs/server.md",
  "docs/writing-a-plugin.md",
] as const;
/** What must be a file of a program, and so be checked; other languages show output and commands. */
const CODE = new Set(["ts", "js", "json"]);
const TSC = join(REPOSITORY, "node_modules/typescript/bin/tsc");

const run = promisify(execFile);

/** Writes the files a document consists of into a folder where `@stockpile/core` is installed. */
async function unpack(t: ExecutionContext, document: (typeof DOCUMENTS)[number]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stockpile-document-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "node_modules/@stockpile"), { recursive: true });
  await symlink(REPOSITORY, join(folder, "node_modules/@stockpile/core"), "junction");
  for (const scope of ["@types", "@opentelemetry"])
    await symlink(join(REPOSITORY, "node_modules", scope), join(folder, "node_modules", scope), "junction");
  await write(folder, "package.json", '{ "type": "module" }');
  for (const { file, code } of readSnippets(await readFile(join(REPOSITORY, document), "utf8"))) {
    if (file !== undefined) await write(folder, file, code);
  }
  return folder;
}

async function write(folder: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

/** Compiles as strictly as this repository does. */
async function compile(folder: string, options: Record<string, unknown>, include: string[]): Promise<void> {
  const compilerOptions = { composite: false, isolatedDeclarations: false, declaration: false, ...options };
  const project = { extends: join(REPOSITORY, "tsconfig.base.json"), compilerOptions, include };
  await write(folder, "tsconfig.json", JSON.stringify(project));
  try {
    await run(process.execPath, [TSC, "-p", folder]);
  } catch (error) {
    throw new Error(`The snippets do not compile: ${String((error as { stdout?: unknown }).stdout)}`, {
      cause: error,
    });
  }
}

for (const document of DOCUMENTS) {
  test(`every code snippet of ${document} says which file it is, so that none goes unchecked`, async (t) => {
    const snippets = readSnippets(await readFile(join(REPOSITORY, document), "utf8"));
    const nameless = snippets.filter(({ language, file }) => CODE.has(language) && file === undefined);
    t.deepEqual(
      nameless.map(({ line }) => `${document}:${line}`),
      [],
    );
  });
}

test("README: it names the two commands to try it with", async (t) => {
  const text = await readFile(join(REPOSITORY, "README.md"), "utf8");
  for (const command of ["npm ci && npm start", "npm ci && npm test"])
    t.true(text.includes(command), command);
});

test("README: the configuration is right and finds the plugin of the snippet", async (t) => {
  const folder = await unpack(t, "README.md");
  const config = await loadConfig(join(folder, "stockpile.json"));
  t.deepEqual([...config.plugins.keys()], ["shelf"]);
  t.deepEqual([...config.categories.keys()], ["player"]);
});

test("README: the program and the plugin compile, run together and print what they should", async (t) => {
  const folder = await unpack(t, "README.md");
  await write(
    folder,
    "players.ts",
    `export interface Player { readonly id: string; readonly name: string }
     export const findPlayer = async (id: string, _signal: AbortSignal): Promise<Player> => ({ id, name: "Grace" });`,
  );
  const options = { rootDir: folder, outDir: join(folder, "out"), allowJs: true, checkJs: true };
  await compile(folder, options, ["*.ts", "plugins/*.mjs"]);

  const { stdout, stderr } = await run(process.execPath, ["out/app.js"], { cwd: folder, timeout: 30_000 });
  t.is(stdout, "Grace near 0 ok\n");
  t.is(stderr, "");
});

test("README: the plugin keeps as many entries as its parameters say", async (t) => {
  const folder = await unpack(t, "README.md");
  const stockpile = await Stockpile.open(
    {
      near: false,
      pluginDirectory: join(folder, "plugins"),
      storage: { plugin: "shelf", parameters: { maxEntries: 2 } },
    },
    { logger: pino({ level: "silent" }) },
  );
  t.teardown(() => stockpile.close());
  const category = stockpile.category<number>("player");
  for (const key of ["a", "b", "c"]) await category.set(key, 1);
  await category.delete("b");

  t.deepEqual(await Promise.all(["a", "b", "c"].map((key) => category.get(key))), [undefined, undefined, 1]);
});

test("writing-a-plugin: the plugin compiles, and its entries outlive its lives", async (t) => {
  const folder = await unpack(t, "docs/writing-a-plugin.md");
  const options = { rootDir: join(folder, "drawer/src"), outDir: join(folder, "drawer/dist") };
  await compile(folder, options, ["drawer/src"]);
  const text = await readFile(join(folder, "stockpile.json"), "utf8");
  // The snippet's folder is everybody's: a test takes one of its own.
  await write(folder, "stockpile.json", text.replace("/tmp/drawer", join(folder, "entries")));
  t.is((await loadConfig(join(folder, "stockpile.json"))).plugins.get("drawer")?.protocol, 1);

  const stockpile = await Stockpile.open(join(folder, "stockpile.json"), {
    logger: pino({ level: "silent" }),
  });
  t.teardown(() => stockpile.close());
  const players = stockpile.category<string>("player");
  await players.set("../odd/key", "Ada");
  await players.set("gone", "nobody");
  await players.delete("gone");
  await players.delete("never there");
  await stockpile.plugins.restart("drawer");

  t.is(await players.get("../odd/key"), "Ada");
  t.is((await players.lookup("gone")).source, "none");
  t.like(stockpile.health().plugins[0], { state: "ready", lives: 2, calls: { failed: 0, timedOut: 0 } });
});

test.serial(
  "writing-a-plugin: the plugin is built into one file, as told, and serves from the plugin directory",
  async (t) => {
    const folder = await unpack(t, "docs/writing-a-plugin.md");
    const snippets = readSnippets(await readFile(join(REPOSITORY, "docs/writing-a-plugin.md"), "utf8"));
    const commands =
      snippets
        .find(({ language }) => language === "sh")
        ?.code.trim()
        .split("\n") ?? [];
    t.deepEqual(commands[0], "npm install --save-dev @stockpile/core esbuild");
    const [, args = ""] = /^npx stockpile (.*)$/.exec(commands[1] ?? "") ?? [];
    const command = [join(REPOSITORY, "dist/src/cli/main.js"), ...args.split(" ")];
    const { stdout, stderr } = await run(process.execPath, command, { cwd: folder, timeout: 30_000 });
    t.is(stderr, "");
    // Its size and hash are another with another version of esbuild.
    const figures = /[\d,]+ bytes|[0-9a-f]{64}/g;
    const told = snippets.find(({ language }) => language === "text")?.code ?? "";
    t.is(stdout.replaceAll(figures, "…"), told.replaceAll(figures, "…"));

    const text = await readFile(join(folder, "one-file.json"), "utf8");
    await write(folder, "one-file.json", text.replace("/tmp/drawer", join(folder, "entries")));
    const stockpile = await Stockpile.open(join(folder, "one-file.json"), {
      logger: pino({ level: "silent" }),
    });
    t.teardown(() => stockpile.close());
    const players = stockpile.category<string>("player");
    await players.set("ada", "Ada");
    t.is(await players.get("ada"), "Ada");
    t.like(stockpile.health().plugins[0], { name: "drawer", state: "ready", calls: { failed: 0 } });
  },
);

test("docs/server.md: the configuration with a folder that stays is right", async (t) => {
  const folder = await unpack(t, "docs/server.md");
  const { plugins, storage } = await loadConfig(join(folder, "lasting/stockpile.json"));
  t.deepEqual([...plugins.keys()], ["file"]);
  t.is(plugins.get("file")?.startup, "required");
  t.deepEqual(storage.parameters, { path: "/var/lib/stockpile" });
});

test("observability: the programs compile, run and print what they should", async (t) => {
  const folder = await unpack(t, "docs/observability.md");
  await compile(folder, { rootDir: folder, outDir: join(folder, "out") }, ["*.ts"]);
  const print = async (program: string): Promise<string> => {
    const { stdout, stderr } = await run(process.execPath, [program], { cwd: folder, timeout: 30_000 });
    t.is(stderr, "", program);
    return stdout;
  };
  t.is(await print("out/events.js"), "");
  t.regex(await print("out/health.js"), /^ok\nmemory ready 0\nplayer 1 1 [\d.]+\n$/);
  const lines = (await print("out/channels.js")).split("\n").map((line) => line.trim());
  t.deepEqual(lines, ["get ada loader", "get ada near", "delete ada", ""]);

  await write(
    folder,
    "out/traced.mjs",
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
  t.is(await print("out/traced.mjs"), "cache get player true\n");
});

for (const document of ["docs/configuration.md", "docs/server.md"] as const) {
  test(`${document}: the programs compile`, async (t) => {
    const folder = await unpack(t, document);
    // They show calls, and do nothing with what these answer.
    await compile(folder, { rootDir: folder, outDir: join(folder, "out"), noUnusedLocals: false }, ["*.ts"]);
    t.pass();
  });
}

test("configuration: the worked example stores each category where it says", async (t) => {
  const folder = await unpack(t, "docs/configuration.md");
  const stockpile = await Stockpile.open(join(folder, "stockpile.json"), {
    logger: pino({ level: "silent" }),
  });
  t.teardown(() => stockpile.close());
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
});
