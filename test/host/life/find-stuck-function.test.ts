import { pathToFileURL } from "node:url";
import test from "ava";
import type { CpuProfile, CpuProfileNode } from "../../../src/host/life/cpu-profile.js";
import { findStuckFunction } from "../../../src/host/life/find-stuck-function.js";

const FILE = "/plugins/some shelf.mjs";
const URL_OF_FILE = pathToFileURL(FILE).href;

/** A node of a profile made by hand: its place is ten times its id. */
function node(
  id: number,
  functionName: string,
  url: string,
  children: readonly number[] = [],
): CpuProfileNode {
  return {
    id,
    callFrame: { functionName, scriptId: "0", url, lineNumber: 10 * id, columnNumber: id },
    hitCount: 0,
    children,
  };
}

function profile(nodes: readonly CpuProfileNode[], samples: readonly number[]): CpuProfile {
  return { nodes, samples, startTime: 0, endTime: 0, timeDeltas: samples.map(() => 1000) };
}

test("findStuckFunction() names the innermost function that never returned, not what it calls", (t) => {
  const nodes = [
    node(1, "(root)", "", [2]),
    node(2, "processTimers", "node:internal/timers", [3]),
    node(3, "get", URL_OF_FILE, [4]),
    node(4, "matchAll", URL_OF_FILE, [5, 6]),
    node(5, "first", URL_OF_FILE),
    node(6, "second", URL_OF_FILE),
  ];
  const stuck = findStuckFunction(profile(nodes, [5, 6, 4, 6, 5, 5, 6, 4, 5, 6]));
  t.deepEqual(stuck, { function: "matchAll", file: FILE, line: 41, column: 5 });
});

test("findStuckFunction() bears a stray sample in ten", (t) => {
  const nodes = [
    node(1, "(root)", "", [2, 4]),
    node(2, "get", URL_OF_FILE, [3]),
    node(3, "loop", URL_OF_FILE),
    node(4, "(idle)", ""),
  ];
  t.is(findStuckFunction(profile(nodes, [3, 3, 3, 3, 3, 4, 3, 3, 3, 3]))?.function, "loop");
  t.is(findStuckFunction(profile(nodes, [3, 3, 3, 3, 4, 4, 3, 3, 3, 3])), undefined);
});

test("findStuckFunction() names who called a function of Node's, or code of no file", (t) => {
  const nodes = [
    node(1, "(root)", "", [2]),
    node(2, "readAll", URL_OF_FILE, [3]),
    node(3, "readFileSync", "node:fs", [4]),
    node(4, "evaluated", ""),
  ];
  t.is(findStuckFunction(profile(nodes, [4, 4, 3]))?.function, "readAll");
});

test("findStuckFunction() calls what has no name anonymous, and takes an address that is no file as it is", (t) => {
  const url = "data:text/javascript,for(;;);";
  const nodes = [node(1, "(root)", "", [2]), node(2, "", url)];
  t.deepEqual(findStuckFunction(profile(nodes, [2])), {
    function: "(anonymous)",
    file: url,
    line: 21,
    column: 3,
  });
  const remote = [node(1, "(root)", "", [2]), node(2, "f", "file://host/share%2Fx.mjs")];
  t.is(findStuckFunction(profile(remote, [2]))?.file, "file://host/share%2Fx.mjs");
});

test("findStuckFunction() names nothing of an empty profile, of Node's own functions, or of no tree", (t) => {
  t.is(findStuckFunction(profile([], [])), undefined);
  t.is(findStuckFunction(profile([node(1, "(root)", "")], [])), undefined);
  t.is(findStuckFunction(profile([node(1, "(root)", "", [2]), node(2, "x", "node:fs")], [2])), undefined);
  const circle = [node(1, "a", "file:///a.mjs", [2]), node(2, "b", "file:///b.mjs", [1])];
  t.notThrows(() => findStuckFunction(profile(circle, [1, 2, 7])));
});
