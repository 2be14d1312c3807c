// Prints the failed tests of a report in TAP again, each with what it says of itself, for who sees only the end of a
// long output. Takes the report's path; prints nothing where nothing failed.
import { readFileSync } from "node:fs";

/** Lines in all. Where names and details do not fit, the names go first. */
const MAX_LINES = 200;
/** Lines of one test's details, of which the last say what was thrown and where. */
const MAX_DETAILS = 12;
const LAST_DETAILS = 4;

const failures = readFailures(readFileSync(process.argv[2], "utf8"));
const lines = describe(failures);
if (lines.length > 0) console.log(lines.join("\n"));

/** Each failure's line and the lines of the block of YAML below it, without the test's own log. */
function readFailures(report) {
  const failures = [];
  let open;
  for (const line of report.split(/\r?\n/)) {
    if (line.startsWith("not ok ")) failures.push((open = { name: line, details: [] }));
    // The next test, the plan of the run, or what npm prints: details are indented, logs begin with "#".
    else if (!/^(?: {2}|#|$)/.test(line)) open = undefined;
    else if (/^ {2} /.test(line)) open?.details.push(line);
  }
  return failures;
}

/** The names, and the details of the first as long as there is room for the names of all. */
function describe(failures) {
  // The last of the lines is for how many names were left out.
  const named = failures.length <= MAX_LINES ? failures : failures.slice(0, MAX_LINES - 1);
  let room = MAX_LINES - named.length;
  const lines = named.flatMap(({ name, details }) => {
    const shown = shorten(details);
    if (shown.length > room) return [name];
    room -= shown.length;
    return [name, ...shown];
  });
  const left = failures.length - named.length;
  return left === 0 ? lines : [...lines, `… and ${left} more`];
}

function shorten(details) {
  if (details.length <= MAX_DETAILS) return details;
  return [...details.slice(0, MAX_DETAILS - LAST_DETAILS - 1), "    …", ...details.slice(-LAST_DETAILS)];
}
