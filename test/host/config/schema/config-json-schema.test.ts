import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import test from "ava";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { checkNames } from "../../../../src/host/config/check-names.js";
import { copyPlainData } from "../../../../src/host/config/copy-plain-data.js";
import { interpolateEnv } from "../../../../src/host/config/interpolate-env.js";
import { IssueList } from "../../../../src/host/config/issue-list.js";
import { readOutline } from "../../../../src/host/config/outline.js";
import { configJsonSchema } from "../../../../src/host/config/schema/config-json-schema.js";
import { configSchema } from "../../../../src/host/config/schema/config-schema.js";
import { SecretMask } from "../../../../src/host/config/secret-mask.js";
import { validate } from "../../../../src/host/config/validate.js";
import { sectionSchemas } from "../../../../src/server/section-schemas.js";
import { readSnippets } from "../../../documents/read-snippets.js";
import { repository } from "../../../repository/repository.js";

const SHIPPED = "config/stockpile.schema.json";

type JsonSchema = ReturnType<typeof configJsonSchema>;

function compile(schema: JsonSchema): ValidateFunction {
  // Strict: a keyword that ajv does not know, or that has no effect where it stands, is an error. Texts may come from
  // the environment where others stand, so that several types are one value's.
  return new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(schema);
}

const accepts = compile(configJsonSchema());

test(`${SHIPPED} is what the source generates: npm run schema writes it`, async (t) => {
  const file = fileURLToPath(new URL(`../../../../../${SHIPPED}`, import.meta.url));
  t.deepEqual(JSON.parse(await readFile(file, "utf8")), configJsonSchema(sectionSchemas));
});

test("configJsonSchema() is of draft 2020-12, and describes every key", (t) => {
  const schema = configJsonSchema(sectionSchemas);
  t.is(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
  t.true(new Ajv2020().validateSchema(schema));
  const undescribed: string[] = [];
  const seen = collect(schema, "", undescribed);
  t.deepEqual(undescribed, []);
  t.true(seen > 50, `${seen} keys`);
});

/** Collects the places of keys without a description, and answers how many keys there are. */
function collect(schema: JsonSchema, path: string, into: string[]): number {
  let seen = 0;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const at = `${path}/${key}`;
    if (typeof property !== "object") continue;
    if (property.description === undefined) into.push(at);
    seen += 1 + collect(property, at, into);
  }
  for (const part of [...(schema.anyOf ?? []), schema.additionalProperties]) {
    if (typeof part === "object") seen += collect(part, `${path}/*`, into);
  }
  return seen;
}

/** Every configuration that the repository shows, by where it stands. */
function shownConfigurations(): [string, unknown][] {
  const files = ["config", "examples"]
    .flatMap((folder) => repository.list(folder, ".json"))
    .filter((path) => /(^|\/)stockpile\.json$/.test(path))
    .map((path): [string, string] => [path, repository.read(path)]);
  const documents = ["README.md", ...repository.list("docs", ".md"), ...repository.list("examples", ".md")];
  const snippets = documents.flatMap((path) =>
    readSnippets(repository.read(path))
      .filter(
        ({ language, file = "" }) => language === "json" && /(^|\/)stockpile[^/]*\.json$|\.d\//.test(file),
      )
      .map(({ file, code, line }): [string, string] => [`${path}:${line} ${file}`, code]),
  );
  return [...files, ...snippets].map(([where, text]) => [where, JSON.parse(text)]);
}

test("configJsonSchema() accepts every configuration of the repository that is not shown for its mistakes", (t) => {
  const shown = shownConfigurations();
  for (const known of ["config/stockpile.json", "examples/http-server/stockpile.json"]) {
    t.true(
      shown.some(([where]) => where === known),
      known,
    );
  }
  t.true(shown.length > 5, `${shown.length} configurations`);
  const isRight = compile(configJsonSchema(sectionSchemas));
  for (const [where, config] of shown) {
    t.is(isRight(config), !where.includes("wrong/"), `${where}: ${JSON.stringify(isRight.errors)}`);
  }
});

/** The mistakes that the configuration's own stages find in data by themselves. */
async function mistakesIn(source: unknown, env: Record<string, string> = {}): Promise<string[]> {
  const { data: copy = null, issues: impurities } = copyPlainData(source);
  const { data, issues: unset } = interpolateEnv(copy, env);
  const issues = new IssueList(new SecretMask([]));
  for (const { path, message } of [...impurities, ...unset]) issues.add(path, message);
  await validate(configSchema, data, issues);
  checkNames(readOutline(data), issues);
  return issues.isEmpty
    ? []
    : issues.toError("test").issues.map(({ path, message }) => `${path}: ${message}`);
}

/** What JSON Schema does not say: how long a text makes a duration, and what no key at any depth of options may be. */
const UNSAYABLE = /: (expected a duration of at most 10 years|key is not allowed)/;

const durations = fc.oneof(
  fc.constantFrom(
    "0",
    "0s",
    "00.00ms",
    "1",
    "1 s",
    "-1s",
    "1.5h",
    "0.5s",
    "3650d",
    "3651d",
    "1e3ms",
    "1S",
    "",
  ),
  fc.constantFrom(0, -1, 0.5, 1e-9, 315_360_000_000, 315_360_000_001, null, true),
  fc.tuple(fc.nat(2000), fc.constantFrom("ms", "s", "m", "h", "d", "y")).map(([n, unit]) => `${n}${unit}`),
);
const counts = fc.oneof(
  fc.constantFrom(0, 1, 1.5, -1, 1000, 1001, 65_535, 1_000_001, 16_777_217, 2 ** 41, "1", null, false),
  fc.nat(70_000_000),
);
const texts = fc.constantFrom(
  "optional",
  "required",
  "thread",
  "process",
  "miss",
  "queue",
  "freeze",
  "",
  5,
  "main",
  "a b",
);
const near = fc.oneof(
  fc.constantFrom(false, true, null, [], "", {}),
  fc.record({ entries: counts, bytes: counts, values: texts, other: counts }, { requiredKeys: [] }),
);
const storage = fc.oneof(
  fc.constantFrom<unknown>({}, null, "memory"),
  fc.record({ plugin: texts, backend: texts, parameters: fc.jsonValue() }, { requiredKeys: ["plugin"] }),
);
const names = fc.constantFrom(
  "redis",
  "a.b-c_d",
  "A",
  "_a",
  "",
  "a".repeat(65),
  "constructor",
  "toString",
  "x",
);

/** Values that are right now and then, under keys that mostly are. */
const configurations = fc.record(
  {
    $schema: fc.oneof(fc.constant("x"), texts),
    pluginDirectory: texts,
    plugins: fc.dictionary(
      names,
      fc.record(
        {
          module: texts,
          isolation: texts,
          startup: texts,
          options: fc.jsonValue(),
          limits: fc.record(
            { call: durations, memoryMb: counts, inFlightBytes: counts, queuedWrites: counts, call2: counts },
            { requiredKeys: [] },
          ),
          restart: fc.record({ burst: counts, backoff: durations, window: durations }, { requiredKeys: [] }),
        },
        { requiredKeys: [] },
      ),
      { maxKeys: 2 },
    ),
    storage,
    near,
    categories: fc.dictionary(
      names,
      fc.record(
        {
          ttl: durations,
          grace: durations,
          refreshAhead: durations,
          loadSoftTimeout: durations,
          onReadError: texts,
          onWriteError: texts,
          near,
          storage,
          ttll: texts,
        },
        { requiredKeys: [] },
      ),
      { maxKeys: 2 },
    ),
    maxValueBytes: counts,
    server: fc.jsonValue(),
    unknown: texts,
  },
  { requiredKeys: [] },
);

/** Few keys at a time, so that both outcomes come up often. */
const few = fc
  .tuple(configurations, fc.array(fc.nat(8), { minLength: 1, maxLength: 2 }))
  .map(([config, picks]) => {
    const entries = Object.entries(config);
    return Object.fromEntries(picks.flatMap((pick) => entries.slice(pick, pick + 1)));
  });

test("configJsonSchema() accepts what the configuration's own check accepts, and refuses what that refuses", async (t) => {
  const outcomes = { accepted: 0, refused: 0, unsayable: 0 };
  await fc.assert(
    fc.asyncProperty(fc.oneof(few, configurations), async (config) => {
      const mistakes = await mistakesIn(config);
      const isAccepted = accepts(config);
      if (mistakes.length > 0 && isAccepted) {
        // What remains of the check's own must be what JSON Schema cannot say.
        t.deepEqual(
          mistakes.filter((mistake) => !UNSAYABLE.test(mistake)),
          [],
        );
        outcomes.unsayable++;
        return;
      }
      const told = () =>
        `${JSON.stringify(config)}: ${mistakes.join("; ")} ${JSON.stringify(accepts.errors)}`;
      if (isAccepted !== (mistakes.length === 0)) t.fail(told());
      outcomes[isAccepted ? "accepted" : "refused"]++;
    }),
    { numRuns: 3000 },
  );
  t.true(outcomes.accepted > 100 && outcomes.refused > 100, JSON.stringify(outcomes));
});

test("configJsonSchema() accepts a reference to the environment wherever one can be right", async (t) => {
  const env = { T: "10m", C: "optional", B: "main", M: "./a.mjs", V: "share" };
  const config = {
    pluginDirectory: "${env:M}",
    plugins: {
      a: { module: "${env:M}", startup: "${env:C}", limits: { call: "${env:T}" }, options: ["${env:T}"] },
    },
    storage: { plugin: "${env:B}", backend: "x-${env:B}" },
    near: { values: "${env:V}" },
    categories: { a: { ttl: "${env:T}", near: { values: "${env:V}" } } },
  };
  t.deepEqual(await mistakesIn(config, env), []);
  t.true(accepts(config), JSON.stringify(accepts.errors));
  const isRight = compile(configJsonSchema(sectionSchemas));
  t.true(isRight({ server: { hosts: ["${env:M}", "cache.${env:B}.org"] } }), JSON.stringify(isRight.errors));
  t.false(isRight({ server: { hosts: ["${env:}"] } }));
  t.false(accepts({ categories: { a: { ttl: "${env:}" } } }));
  t.false(accepts({ maxValueBytes: "${env:T}" }));
});
