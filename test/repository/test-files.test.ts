/** The lists of test files that are run apart, or first, are true of the files there are. */
import { pathToFileURL } from "node:url";
import test from "ava";
import { repository } from "./repository.js";

/** What scripts/test-files.mjs exports. */
interface Lists {
  readonly TIMED: readonly string[];
  readonly LONG: readonly string[];
}

const { TIMED, LONG } = (await import(
  pathToFileURL(repository.path("scripts/test-files.mjs")).href
)) as Lists;

test("every test file that is run apart or first is there, and in one list, once", (t) => {
  const names = [...TIMED, ...LONG];
  t.true(TIMED.length > 0 && LONG.length > 0);
  t.deepEqual(
    names.filter((name) => !repository.exists(`test/${name}.test.ts`)),
    [],
  );
  t.is(new Set(names).size, names.length);
});
