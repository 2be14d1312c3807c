/** The source tree keeps to the layers of docs/architecture.md, types included. */
import test from "ava";
import { findCycle } from "./find-cycle.js";
import { findTrespass, resolveImport } from "./find-trespass.js";
import { LAYER_RULES } from "./layer-rules.js";
import { readImports } from "./read-imports.js";
import { repository } from "./repository.js";

const FILES = [
  ...repository.list("src", ".ts"),
  ...repository.list("src", ".tsx"),
  ...repository.folders("plugins").flatMap((name) => repository.list(`plugins/${name}/src`, ".ts")),
];

function importsOf(file: string): ReturnType<typeof readImports> {
  return readImports(repository.read(file));
}

/** Where the imports of the files in a folder lead: source files of ours, and packages by their specifiers. */
function targetsOf(folder: string): string[] {
  return FILES.filter((file) => file.startsWith(folder)).flatMap((file) =>
    importsOf(file).map(({ specifier }) =>
      specifier.startsWith(".") ? resolveImport(file, specifier) : specifier,
    ),
  );
}

test("every folder of src has a rule, and every source file lies in one", (t) => {
  t.deepEqual(
    repository.folders("src").filter((name) => !Object.hasOwn(LAYER_RULES, name)),
    [],
  );
  t.deepEqual(
    FILES.filter((file) => file.split("/").length < 3),
    [],
  );
  for (const known of [
    "src/contract/backend.ts",
    "src/host/main.ts",
    "src/worker/main.ts",
    "plugins/memory/src/main.ts",
  ]) {
    t.true(FILES.includes(known), known);
  }
});

test("every import of every source file keeps to the rules", (t) => {
  t.deepEqual(
    FILES.flatMap((file) => importsOf(file).map((each) => findTrespass(file, each))).filter(
      (trespass) => trespass !== undefined,
    ),
    [],
  );
});

test("every relative import leads to a source file", (t) => {
  const missing = FILES.flatMap((file) =>
    importsOf(file)
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier }) => resolveImport(file, specifier))
      .filter((target) => !repository.exists(target)),
  );
  t.deepEqual(missing, []);
});

test("no file imports itself by way of others, types included", (t) => {
  const edges = new Map(
    FILES.map(
      (file) => [file, importsOf(file).map(({ specifier }) => resolveImport(file, specifier))] as const,
    ),
  );
  const inner = [...edges].flatMap(([file, targets]) =>
    targets.filter((target) => target !== file && edges.has(target)),
  );
  t.true(inner.length > 50, "the imports between source files have been found");
  t.is(findCycle(edges), undefined);
});

test("the web page takes nothing but types from the other layers", (t) => {
  const outward = FILES.filter((file) => file.startsWith("src/ui/")).flatMap((file) =>
    importsOf(file).filter(({ specifier }) => !resolveImport(file, specifier).startsWith("src/ui/")),
  );
  const own = outward.filter(({ specifier }) => specifier.startsWith("."));
  t.true(own.length > 0);
  t.deepEqual(
    own.filter(({ isTypeOnly }) => !isTypeOnly),
    [],
  );
});

test("host and plugins meet the contract, and the contract meets nobody", (t) => {
  t.true(targetsOf("src/host/").includes("src/contract/errors.ts"));
  t.true(targetsOf("src/worker/").includes("src/contract/backend.ts"));
  t.true(targetsOf("plugins/memory/").includes("@stockpile/core/plugin"));
  t.deepEqual(
    targetsOf("src/contract/").filter(
      (target) => /^(?:src|plugins|@stockpile)\//.test(target) && !target.startsWith("src/contract/"),
    ),
    [],
  );
});

const TRESPASSES: readonly (readonly [file: string, source: string])[] = [
  ["src/contract/a.ts", `import { b } from "../host/b.js";`],
  ["src/worker/a.ts", `import type { B } from "../host/b.js";`],
  ["src/host/a.ts", `import { b } from "../worker/main.js";`],
  ["src/host/deep/a.ts", `const b = await import("../../worker/main.js");`],
  ["src/host/a.ts", `import "../server/main.js";`],
  ["src/host/a.ts", `import memory from "@stockpile/plugin-memory";`],
  ["src/server/a.ts", `export type { B } from "../host/stockpile.js";`],
  ["src/server/a.ts", `import { b } from "../cli/main.js";`],
  ["src/cli/a.ts", `import { b } from "../host/config/config.js";`],
  ["src/cli/a.ts", `import { b } from "@stockpile/core";`],
  ["src/ui/a.tsx", `import type { B } from "../cli/b.js";`],
  ["src/server/a.ts", `import { b } from "../ui/b.jsx";`],
  ["src/unruled/a.ts", `import { b } from "../contract/b.js";`],
  ["plugins/a/src/a.ts", `import type { Stockpile } from "@stockpile/core";`],
  ["plugins/a/src/a.ts", `import type { B } from "../../../src/contract/b.js";`],
  ["plugins/a/src/a.ts", `import type { B } from "../../b/src/main.js";`],
];

for (const [file, source] of TRESPASSES) {
  test(`the rules refuse ${source} in ${file}`, (t) => {
    const found = readImports(source);
    t.is(found.length, 1);
    t.deepEqual(
      found.map((each) => findTrespass(file, each) === undefined),
      [false],
    );
  });
}

const PERMITTED: readonly (readonly [file: string, source: string])[] = [
  ["src/host/a.ts", `import { b } from "./deep/b.js";`],
  ["src/host/a.ts", `import type { B } from "../contract/b.js";`],
  ["src/host/a.ts", `import { readFile } from "node:fs/promises";`],
  ["src/server/a.ts", `import { Stockpile } from "../host/main.js";`],
  ["src/ui/a.tsx", `import { B } from "./deep/b.jsx";`],
  ["src/cli/a.ts", `import { serve } from "../server/main.js";`],
  ["plugins/a/src/a.ts", `import type { PluginContext } from "@stockpile/core/plugin";`],
  ["plugins/a/src/a.ts", `import { readParameters } from "@stockpile/core/plugin";`],
  ["plugins/a/src/a.ts", `import { b } from "./b.js";`],
];

for (const [file, source] of PERMITTED) {
  test(`the rules permit ${source} in ${file}`, (t) => {
    const found = readImports(source);
    t.is(found.length, 1);
    t.deepEqual(
      found.map((each) => findTrespass(file, each)),
      [undefined],
    );
  });
}

test("readImports() finds imports of every form and nothing that only looks like one", (t) => {
  const source = [
    `/** Not this: import { a } from "./comment.js" */`,
    `import a from "./default.js"; // import "./line-comment.js"`,
    `import type { B, C } from './type.js';`,
    `import * as d from "./namespace.js";`,
    "import {",
    "  e,",
    "  type F,",
    `} from "./several-lines.js";`,
    `import "./effect.js";`,
    `export { g } from "./re-export.js";`,
    `export type { H } from "./re-export-type.js";`,
    `export * from "./all.js";`,
    `const text = "import './in-a-string.js'";`,
    'const template = `import i from "./in-a-template.js";`;',
    `const quote = /["'/]/.test(text);`,
    `const half = total / 2; const url = new URL("../worker/main.js", import.meta.url);`,
    `const { j } = await import("./dynamic.js");`,
    `export const from = "./no-import.js";`,
  ].join("\n");
  t.deepEqual(readImports(source), [
    { specifier: "./default.js", isTypeOnly: false },
    { specifier: "./type.js", isTypeOnly: true },
    { specifier: "./namespace.js", isTypeOnly: false },
    { specifier: "./several-lines.js", isTypeOnly: false },
    { specifier: "./effect.js", isTypeOnly: false },
    { specifier: "./re-export.js", isTypeOnly: false },
    { specifier: "./re-export-type.js", isTypeOnly: true },
    { specifier: "./all.js", isTypeOnly: false },
    { specifier: "./dynamic.js", isTypeOnly: false },
  ]);
});

test("findCycle() finds the way that leads back, and none where there is none", (t) => {
  const edges = new Map([
    ["a", ["b", "c"]],
    ["b", ["c"]],
    ["c", ["d", "elsewhere"]],
  ]);
  t.is(findCycle(edges), undefined);
  t.deepEqual(findCycle(new Map([...edges, ["d", ["b"]]])), ["b", "c", "d", "b"]);
  t.deepEqual(findCycle(new Map([["a", ["a"]]])), ["a", "a"]);
});
