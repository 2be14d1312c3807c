/** `stockpile plugin new`, but for what becomes of what it makes: see plugin-road.test.ts. */
import test from "ava";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { ask } from "../../src/cli/plugin-new/ask.js";
import { parsePluginName } from "../../src/cli/plugin-new/plugin-name.js";
import { repository } from "../repository/repository.js";
import { runCommand } from "./run-command.js";
import { temporaryFolder } from "./write-config.js";

const FILES = [
  ".gitignore",
  "README.md",
  "package.json",
  "src/main.ts",
  "src/map-backend.ts",
  "src/parameters.ts",
  "test/backend.test.ts",
  "tsconfig.json",
];

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

function read(folder: string, file: string): string {
  return readFileSync(join(folder, file), "utf8");
}

test("new makes a package in a folder of the plugin's name and says what to do next", async (t) => {
  const cwd = temporaryFolder(t);
  const { code, stdout, stderr } = await runCommand(["plugin", "new", "my-shelf"], { cwd });
  t.is(code, 0, stderr);
  const folder = join(cwd, "my-shelf");
  t.deepEqual(filesIn(folder), FILES);
  t.true(stdout.startsWith("Made plugin my-shelf in "));
  t.true(
    stdout.endsWith(
      "Next:\n  cd my-shelf\n  npm install\n  npm test\n  npx stockpile plugin check\n  npx stockpile plugin build\n",
    ),
  );
  t.like(JSON.parse(read(folder, "package.json")), {
    name: "my-shelf",
    exports: "./dist/src/main.js",
    stockpile: { protocol: 1, entry: "src/main.ts" },
  });
  t.regex(read(folder, "src/main.ts"), /name: "My Shelf"/);
  for (const file of FILES) t.notRegex(read(folder, file), /%[A-Z]+%/, file);
  t.notRegex(read(folder, "package.json") + read(folder, "src/main.ts"), /author/);
});

test("new writes what it is told as each kind of file needs it", async (t) => {
  const folder = join(temporaryFolder(t), "here");
  const args = [
    "@acme/shelf",
    "--directory",
    folder,
    "--title",
    'The "Shelf" \\',
    "--author",
    'Jane "J" Doe',
  ];
  const description = "A [shelf](javascript:alert) `of` <b>entries</b>\u001b[31m\nand more";
  const { code, stderr } = await runCommand([
    "plugin",
    "new",
    ...args,
    "--description",
    description,
    "--yes",
  ]);
  t.is(code, 0, stderr);
  const line = "A [shelf](javascript:alert) `of` <b>entries</b> [31m and more";
  t.like(JSON.parse(read(folder, "package.json")), {
    name: "@acme/shelf",
    author: 'Jane "J" Doe',
    description: line,
  });
  const main = read(folder, "src/main.ts");
  t.true(
    main.includes('name: "The \\"Shelf\\" \\\\"') && main.includes('authors: ["Jane \\"J\\" Doe"]'),
    main,
  );
  t.true(main.includes('registerStorageBackend("shelf"'), main);
  t.true(
    read(folder, "README.md").includes("A \\[shelf\\](javascript:alert) \\`of\\` \\<b\\>entries\\</b\\>"),
  );
});

for (const name of [
  "",
  ".",
  "..",
  "../shelf",
  "a/b",
  "/tmp/shelf",
  "Shelf",
  "y\\x",
  "@acme/../x",
  "@/x",
  "@acme/",
  "a b",
  "x".repeat(65),
]) {
  test(`new refuses the name ${JSON.stringify(name)}`, (t) => {
    t.throws(() => parsePluginName(name), {
      message: /^Cannot make a plugin: expected a name of at most 64 of /,
    });
  });
}

test("new writes nothing where something is", async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, "shelf"));
  writeFileSync(join(cwd, "shelf", "README.md"), "mine");
  const { code, stderr } = await runCommand(["plugin", "new", "shelf"], { cwd });
  t.is(code, 1);
  t.regex(
    stderr,
    /^Cannot make a plugin in .*shelf: expected an empty folder or nothing there: found README\.md\n$/,
  );
  t.deepEqual(filesIn(cwd), ["shelf/README.md"]);
  t.is(read(cwd, "shelf/README.md"), "mine");

  writeFileSync(join(cwd, "file"), "mine");
  const onFile = await runCommand(["plugin", "new", "shelf", "--directory", "file"], { cwd });
  t.is(onFile.code, 1);
  t.regex(onFile.stderr, /expected an empty folder or nothing there: a part of the path is not a folder\n$/);
});

test("new takes an empty folder, and one that is a repository without anything in it", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, ".git"));
  const { code, stderr } = await runCommand(["plugin", "new", "shelf", "--directory", "."], { cwd: folder });
  t.is(code, 0, stderr);
  t.true(existsSync(join(folder, "src/main.ts")));
});

test("ask() puts one question after the other, and takes what is offered where nothing is answered", async (t) => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  input.write("Shelf\n");
  const asked = ask(
    [
      { text: "Name", fallback: "My Shelf" },
      { text: "Author", fallback: "" },
    ],
    { input, output },
  );
  setTimeout(() => input.write("  \n"), 50);
  t.deepEqual(await asked, ["Shelf", ""]);
  t.is(String(output.read()), "Name (My Shelf): Author: ");
});

test("ask() rejects where the input ends before all is answered", async (t) => {
  const input = new PassThrough();
  const asked = ask([{ text: "Name", fallback: "" }], { input, output: new PassThrough() });
  input.end();
  await t.throwsAsync(asked, { message: "Cannot make a plugin: the questions were not answered" });
});

test("the template asks for the versions of tools that this repository is built and tested with", (t) => {
  interface Manifest {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly engines?: unknown;
  }
  const own = JSON.parse(repository.read("package.json")) as Manifest;
  const template = JSON.parse(repository.read("templates/plugin/package.template.json")) as Manifest;
  const known = { ...own.dependencies, ...own.devDependencies };
  const { "@stockpile/core": core, ...tools } = template.devDependencies ?? {};
  t.is(core, "^%CORE%");
  for (const [name, range] of Object.entries({ ...tools, ...template.dependencies }))
    t.deepEqual([name, range], [name, known[name]]);
  t.deepEqual(template.engines, own.engines);
});
