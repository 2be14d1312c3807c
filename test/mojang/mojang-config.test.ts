import test from "ava";

import { mojangConfigSchema } from "../../src/mojang/mojang-config.js";
import { parseDuration } from "../../src/host/main.js";
import { repository } from "../repository/repository.js";

const DEFAULTS = {
  upstream: { services: "https://api.minecraftservices.com", sessions: "https://sessionserver.mojang.com" },
  budgets: { services: { requests: 180, per: 120_000 }, sessions: { requests: 360, per: 10_000 } },
  attemptTimeout: 2_000,
  deadline: 4_500,
  retries: 2,
  maxBulkBytes: 1_000_000,
  legacyApi: false,
};

test("mojangConfigSchema fills the defaults of a section in, and leaves none out", (t) => {
  t.deepEqual(mojangConfigSchema.parse({}), DEFAULTS);
  t.is(mojangConfigSchema.parse(undefined), undefined);
});

test("mojangConfigSchema takes what it has given, and cuts slashes at the end", (t) => {
  const config = mojangConfigSchema.parse({
    upstream: { services: "http://127.0.0.1:1/base//" },
    budgets: { sessions: { per: "1m" } },
    publicUrl: "https://mc.example.org/",
  });
  t.is(config?.upstream.services, "http://127.0.0.1:1/base");
  t.deepEqual(config?.budgets.sessions, { requests: 360, per: 60_000 });
  t.is(config?.publicUrl, "https://mc.example.org");
  t.deepEqual(mojangConfigSchema.parse(config), config);
});

for (const [what, section] of [
  ["a key it does not know", { upstreams: {} }],
  ["a host it does not know", { upstream: { api: "https://api.mojang.com" } }],
  ["an address that is none", { upstream: { services: "api.mojang.com" } }],
  ["an address of another scheme", { upstream: { services: "ftp://mojang.com" } }],
  ["an address with a query", { publicUrl: "http://localhost/?x=1" }],
  ["an address with a password", { upstream: { sessions: "http://user:password@localhost" } }],
  ["an address with a name alone", { upstream: { sessions: "http://user@localhost" } }],
  ["a budget of one", { budgets: { services: { requests: 1 } } }],
  ["a budget without time", { budgets: { services: { per: 0 } } }],
  ["a deadline of none", { deadline: "0s" }],
  ["a deadline of days", { deadline: "2d" }],
  ["lists of no size", { maxBulkBytes: 0 }],
  ["lists that would hold the loop", { maxBulkBytes: 8_000_001 }],
  ["half a retry", { retries: 0.5 }],
  ["what is no object", []],
] as const) {
  test(`mojangConfigSchema refuses ${what}`, (t) => {
    t.false(mojangConfigSchema.safeParse(section).success);
  });
}

test("docs/mojang.md has a row for each setting, with its default", (t) => {
  const text = repository.read("docs/mojang.md").split("\n## Configuration\n")[1] ?? "";
  const rows = [...text.matchAll(/^\| `([\w.]+)` +\| (\S.*?) +\|/gm)].map(([, key = "", value = ""]) => [
    key,
    value,
  ]);
  const [upstream, budgets] = [DEFAULTS.upstream, DEFAULTS.budgets];
  const expected: Record<string, unknown> = {
    "upstream.services": upstream.services,
    "upstream.sessions": upstream.sessions,
    "budgets.services": budgets.services,
    "budgets.sessions": budgets.sessions,
    attemptTimeout: DEFAULTS.attemptTimeout,
    deadline: DEFAULTS.deadline,
    retries: DEFAULTS.retries,
    maxBulkBytes: DEFAULTS.maxBulkBytes,
    publicUrl: undefined,
    legacyApi: DEFAULTS.legacyApi,
  };
  t.deepEqual(
    rows.map(([key]) => key),
    Object.keys(expected),
  );
  for (const [key = "", cell = ""] of rows) {
    const value: unknown = cell === "none" ? undefined : JSON.parse(cell.replaceAll("`", ""));
    const isDuration = typeof expected[key] === "number" && typeof value === "string";
    t.deepEqual(isDuration ? parseDuration(value) : withMs(value), expected[key], key);
  }
});

function withMs(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("per" in value)) return value;
  return { ...value, per: parseDuration(String(value.per)) };
}
