/** The gate tells at its end which tests failed. */
import test from "ava";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "./repository.js";

const FAILED = `not ok 2 - cache › get › says what is there
#   not ok 7 - a line of the test's own log
  ---
    name: AssertionError
    message: Two came
    at: 'file:///cache.test.js:7:24'
  ...
`;
const REPORT = `> @stockpile/core@0.1.0 test
TAP version 13
ok 1 - cache › opens
${FAILED}ok 3 - cache › closes

1..3
# tests 3
# pass 2
# fail 1
`;

/** What the gate prints of a report. */
function tell(report: string): string {
  const folder = mkdtempSync(join(tmpdir(), "stockpile-report-"));
  try {
    const path = join(folder, "report.tap");
    writeFileSync(path, report);
    return execFileSync(process.execPath, [repository.path("scripts/failed-tests.mjs"), path], {
      encoding: "utf8",
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const failure = (name: string, lines: number): string =>
  `not ok 1 - ${name}\n  ---\n${Array.from({ length: lines }, (_, at) => `    line ${at}\n`).join("")}  ...\n`;

test("each failed test of every run is told of, with its details and without its log", (t) => {
  const second = REPORT.replaceAll("cache", "index").replace("Two came", "None came");
  t.is(
    tell(REPORT + second),
    `not ok 2 - cache › get › says what is there
    name: AssertionError
    message: Two came
    at: 'file:///cache.test.js:7:24'
not ok 2 - index › get › says what is there
    name: AssertionError
    message: None came
    at: 'file:///index.test.js:7:24'
`,
  );
});

test("nothing is told of a report in which nothing failed", (t) => {
  t.is(tell(REPORT.replace(FAILED, "")), "");
  t.is(tell(""), "");
});

test("a test that failed as the last before its run was killed is told of", (t) => {
  t.is(
    tell("TAP version 13\nnot ok 1 - hangs\n  ---\n    name: Error\n"),
    "not ok 1 - hangs\n    name: Error\n",
  );
});

test("of long details the first and the last are told, twelve lines in all", (t) => {
  const lines = tell(failure("long", 40)).trimEnd().split("\n");
  t.deepEqual(lines.slice(0, 2), ["not ok 1 - long", "    line 0"]);
  t.deepEqual(lines.slice(-2), ["    line 38", "    line 39"]);
  t.is(lines.length, 1 + 12);
});

test("two hundred lines are told at most, the names before the details", (t) => {
  const several = tell(Array.from({ length: 100 }, (_, at) => failure(`test ${at}`, 12)).join(""));
  t.is(several.match(/^not ok/gm)?.length, 100);
  t.true(several.includes("line 11"));
  t.true(several.trimEnd().split("\n").length <= 200);

  const many = tell(Array.from({ length: 300 }, (_, at) => failure(`test ${at}`, 12)).join(""));
  const lines = many.trimEnd().split("\n");
  t.is(lines.length, 200);
  t.is(lines.at(-1), "… and 101 more");
});
