import test from "ava";
import { findFileUses } from "../../../src/cli/plugin-build/find-file-uses.js";

function found(source: string): string[] {
  return findFileUses("main.ts", source).map(
    ({ line, column, text }) => `${line}:${column} ${text.split(":")[0]}`,
  );
}

for (const [source, expected] of [
  [`new Worker("./a.js")`, "1:1 starts a worker thread"],
  [`new worker_threads.Worker(file)`, "1:1 starts a worker thread"],
  [`x = new URL("./a.json", import.meta.url)`, `1:5 asks for the file "./a.json"`],
  [`process.dlopen(module, file)`, "1:1 loads a native addon by process.dlopen, which cannot be bundled"],
  [`const r = createRequire(import.meta.url)`, "1:11 makes a require of its own"],
  [`read(__dirname + "/a")`, "1:6 asks where it lies"],
  [`import.meta.dirname`, "1:1 asks where it lies"],
] as const) {
  test(`findFileUses() finds ${source}`, (t) => t.deepEqual(found(source), [expected]));
}

for (const source of [
  `// new Worker("./a.js")`,
  `log("new Worker(x)")`,
  `new URL("/path", "http://localhost")`,
  `new URL(path, import.meta.url)`,
  `new WorkerPool()`,
  `a.__dirnames`,
]) {
  test(`findFileUses() passes over ${source}`, (t) => t.deepEqual(found(source), []));
}

test("findFileUses() tells the same of a file once, and of a line only the first", (t) => {
  const source = `a(__dirname);\nb(__filename);\nnew Worker(new URL("./a.js", import.meta.url));\nnew URL("./a.js", import.meta.url)`;
  t.deepEqual(found(source), [
    "1:3 asks where it lies",
    "3:1 starts a worker thread",
    `4:1 asks for the file "./a.js"`,
  ]);
});
