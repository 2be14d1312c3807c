/** `stockpile plugin check`, as its users run it. */
import test from "ava";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SHELF_SOURCE, writePackage } from "./plugin-build/write-package.js";
import { ROOT, runCommand } from "./run-command.js";
import { temporaryFolder } from "./write-config.js";

/** The source as JavaScript, its values the host's to write to, with a part of it in another form. */
function shelf(change: (source: string) => string = (source) => source): string {
  const source = SHELF_SOURCE.replace(/^import type.*\n/, "")
    .replaceAll(/: PluginMetadata|: PluginContext|: Promise<void>|<string, StoredEntry>/g, "")
    .replace('entries.get(category + "/" + key)', 'structuredClone(entries.get(category + "/" + key))');
  return change(source);
}

const MANIFEST = { name: "@acme/shelf", version: "1.2.0", type: "module", exports: "./main.js" };

test.serial(
  "check says of a plugin that holds what it is and what it promises, and leaves nothing",
  async (t) => {
    t.timeout(360_000);
    const TMPDIR = temporaryFolder(t);
    const args = ["plugin", "check", join(ROOT, "plugins/file"), "--parameters", '{ "path": "${folder}" }'];
    const { code, stdout, stderr } = await runCommand(args, { env: { TMPDIR } });
    t.is(code, 0, stderr);
    t.is(stderr, "");
    t.regex(stdout, /^File 0\.1\.0\n {2}module {4}.*plugins\/file\/dist\/main\.js\n {2}protocol {2}1\n/);
    for (const part of [
      "Its backend, called where it runs",
      "By way of a Stockpile",
      "While the plugin goes wrong",
    ])
      t.regex(stdout, new RegExp(`^${part}: (\\d+) of \\1 hold \\([\\d.]+ s\\)$`, "m"));
    t.regex(
      stdout,
      /^ {2}methods {3}get, put, purge, close, scan, clear, ping\n {2}persists {2}yes\nAll \d+ checks hold\n$/m,
    );
    t.deepEqual(readdirSync(TMPDIR), []);
  },
);

test.serial("check names each sentence that is broken, and ends with 1", async (t) => {
  t.timeout(240_000);
  const folder = writePackage(t, {
    "package.json": {
      ...MANIFEST,
      stockpile: { protocol: 1, check: { promises: { scan: false, clear: false } } },
    },
    "main.js": shelf((source) => source.replace('category + "/" + key))', 'category + "/" + key)) ?? null')),
  });
  const { code, stdout, stderr } = await runCommand(["plugin", "check", folder, "--no-faults"]);
  t.is(code, 1);
  t.regex(stderr, /^Cannot pass plugin "Shelf": \d+ of \d+ checks do not hold\n$/);
  t.true(
    stdout.includes(
      [
        "  ✘ get() answers undefined for a key that was never put",
        '      Broken sentence of the contract: "Answers the entry, or `undefined` where there is none; one that has expired may be either."',
      ].join("\n"),
    ),
    stdout,
  );
  t.regex(stdout, /^ {8}received: null$/m);
  t.regex(stdout, /^ {2}persists {2}no: what is stored ends with the life that stored it$/m);
});

test.serial(
  "check outlives a plugin that ends its thread, and --json tells what became of each check",
  async (t) => {
    t.timeout(240_000);
    const source = shelf((text) =>
      text.replace(
        "purge: ({ category, key }) =>",
        'purge: ({ category, key }) => key === "never" ? process.exit(7) :',
      ),
    );
    const folder = writePackage(t, { "package.json": MANIFEST, "main.js": source });
    const args = ["plugin", "check", join(folder, "main.js"), "--no-faults", "--json"];
    const { code, stdout } = await runCommand(args);
    const report = JSON.parse(stdout) as {
      readonly holds: boolean;
      readonly metadata: object;
      readonly promises: object;
      readonly checks: readonly {
        readonly part: string;
        readonly title: string;
        readonly failure?: string;
      }[];
    };
    t.is(code, 1);
    t.like(report, {
      holds: false,
      metadata: { name: "Shelf", version: "1.2.0" },
      promises: { persists: false, scan: false },
    });
    const failed = report.checks.filter(({ failure }) => failure !== undefined);
    const absent = "purge() of an absent key succeeds";
    t.deepEqual(
      failed.filter(({ title }) => title === absent).map(({ part }) => part),
      ["direct", "hosted"],
    );
    for (const { failure } of failed) t.regex(failure ?? "", /exit code 7|ended/);
  },
);

const REFUSED: readonly (readonly [
  what: string,
  files: Parameters<typeof writePackage>[1],
  message: RegExp,
])[] = [
  [
    "that is not built",
    { "package.json": { ...MANIFEST, exports: "./dist/main.js" } },
    /^Cannot check the plugin at .*: .*\(is it built\? "npm run build" makes what its package\.json names\)\n$/,
  ],
  [
    "whose settings are wrong",
    {
      "package.json": { ...MANIFEST, stockpile: { check: { parameter: {}, promises: { persists: "yes" } } } },
      "main.js": shelf(),
    },
    /^Cannot check the plugin in .*: 2 mistakes in its package\.json\n {2}stockpile\.check\.promises\.persists: .*\n {2}stockpile\.check: .*parameter.*\n$/,
  ],
  [
    "without metadata",
    { "package.json": MANIFEST, "main.js": "export function initializePlugin() {}" },
    /expected an export "metadata": found exports "initializePlugin"\n$/,
  ],
  [
    "whose backend does not open",
    {
      "package.json": MANIFEST,
      "main.js": shelf((source) =>
        source.replace('"shelf", () => {', '"shelf", () => { throw new Error("The shelf is broken");'),
      ),
    },
    /The shelf is broken\n$/,
  ],
];

for (const [what, files, message] of REFUSED) {
  test.serial(`check refuses a plugin ${what}`, async (t) => {
    const { code, stderr } = await runCommand(["plugin", "check", writePackage(t, files)]);
    t.is(code, 1);
    t.regex(stderr, message);
  });
}

test.serial("check refuses a path that leads nowhere, and parameters that are no JSON", async (t) => {
  const nowhere = await runCommand(["plugin", "check", "nowhere"]);
  t.is(nowhere.code, 1);
  t.regex(nowhere.stderr, /^Cannot check the plugin at .*nowhere: there is none\n$/);
  const wrong = await runCommand(["plugin", "check", ".", "--parameters", "{path}"]);
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /Expected JSON\./);
});
