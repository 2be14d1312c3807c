import test from "ava";
import { BrokenSentenceError, testBackend } from "@stockpile/core/testing";
import type { BackendSuiteOptions } from "@stockpile/core/testing";

const OPTIONS: BackendSuiteOptions = {
  test: () => {},
  plugin: new URL(import.meta.resolve("@stockpile/plugin-memory")),
  parameters: () => ({}),
};

/** The titles that a suite registers. */
function titlesOf(options: Partial<BackendSuiteOptions>): string[] {
  const titles: string[] = [];
  testBackend({ ...OPTIONS, ...options, test: (title) => void titles.push(title) });
  return titles;
}

test("testBackend() registers tests whose titles are all different and say how the backend is reached", (t) => {
  const titles = titlesOf({});
  t.is(new Set(titles).size, titles.length);
  for (const part of ["direct: ", "hosted: ", "faults: "])
    t.true(titles.filter((title) => title.startsWith(part)).length > 5, part);
  t.deepEqual(
    titles.filter((title) => !/^(?:direct|hosted|faults): /.test(title)),
    [],
  );
});

test("testBackend() asks nothing that is not promised", (t) => {
  const all = titlesOf({});
  const few = titlesOf({ promises: { scan: false, clear: false } });
  t.true(all.some((title) => title.includes("scan()")) && all.some((title) => title.includes("clear()")));
  t.deepEqual(
    few.filter((title) => /scan\(\)|clear\(\)|\bclears\b/.test(title)),
    [],
  );
});

test("testBackend() asks a backend that does not persist how its next life begins", (t) => {
  const persistent = "hosted: what was stored is there for the next life, and what was purged is not";
  const other = "hosted: the next life begins with nothing, or with what was stored";
  t.deepEqual(
    [persistent, other].map((title) => titlesOf({}).includes(title)),
    [true, false],
  );
  t.deepEqual(
    [persistent, other].map((title) => titlesOf({ promises: { persists: false } }).includes(title)),
    [false, true],
  );
});

const WRONG: readonly (readonly [options: object, message: string])[] = [
  [{ test: undefined }, 'expected "test" to be a function: received undefined'],
  [{ plugin: 5 }, 'expected "plugin" to be a path or a file: URL: received number'],
  [{ plugin: "" }, 'expected "plugin" to be a path or a file: URL: received string'],
  [{ backend: 5 }, 'expected "backend" to be a string: received number'],
  [{ parameters: {} }, 'expected "parameters" to be a function: received object'],
  [{ cleanUp: "rm" }, 'expected "cleanUp" to be a function: received string'],
  [
    { promises: { ttl: true } },
    'expected promises out of persists, scan, clear, maxValueBytes: received "ttl"',
  ],
  [{ promises: { persists: 1 } }, 'expected "promises.persists" to be a boolean: received number'],
  [
    { promises: { maxValueBytes: 0 } },
    'expected "promises.maxValueBytes" to be an integer from 1 to 8388608: received 0',
  ],
];

for (const [options, message] of WRONG) {
  test(`testBackend() refuses options: ${message}`, (t) => {
    t.throws(() => testBackend({ ...OPTIONS, ...options }), {
      instanceOf: TypeError,
      message: `Cannot test a backend: ${message}`,
    });
  });
}

test("a failure says which sentence is broken, what was expected and received, and the calls before", (t) => {
  const error = new BrokenSentenceError({
    sentence: "purge",
    after: 'get() of "a" in "one"',
    expected: "undefined",
    received: "1 byte: 61",
    calls: ['put() of "a" in "one", 1 byte: 61', 'purge() of "a" in "one"'],
  });
  t.is(error.name, "BrokenSentenceError");
  t.like(error, { code: "ERR_ASSERTION", expected: "undefined", actual: "1 byte: 61", sentence: "purge" });
  t.is(
    error.message,
    [
      'Broken sentence of the contract: "Removes the entry."',
      '  of:       get() of "a" in "one"',
      "  expected: undefined",
      "  received: 1 byte: 61",
      '  calls:    put() of "a" in "one", 1 byte: 61, purge() of "a" in "one"',
    ].join("\n"),
  );
});
