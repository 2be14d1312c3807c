/** What the documents refer to is there, and every error code is described. */
import { posix } from "node:path";
import test from "ava";
import { readMarkdown } from "./read-markdown.js";
import type { MarkdownDocument } from "./read-markdown.js";
import { repository } from "./repository.js";

const ERRORS_DOCUMENT = "docs/errors.md";

const DOCUMENTS = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].filter((path) => repository.exists(path)),
  ...repository.list("docs", ".md"),
  ...["plugins", "examples", "bench"].flatMap((folder) => repository.list(folder, ".md")),
];

function read(path: string): MarkdownDocument {
  return readMarkdown(repository.read(path));
}

/** What is wrong with a link; `undefined` if it leads to another site or to something that is there. */
function findFault(document: string, link: string): string | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(link)) return undefined;
  const [path = "", anchor] = decodeURIComponent(link).split("#");
  // A path that begins with "/" is seen from the root of the repository.
  const target =
    path === "" ? document : posix.join(path.startsWith("/") ? "" : posix.dirname(document), path);
  if (target.startsWith("..")) return `${document}: ${link} leads out of the repository`;
  if (!repository.exists(target.replace(/^\//, ""))) return `${document}: ${link} leads nowhere`;
  if (anchor === undefined || anchor === "" || !target.endsWith(".md")) return undefined;
  return read(target).anchors.has(anchor) ? undefined : `${document}: ${link} names no heading of ${target}`;
}

/** The codes of the type `StockpileErrorCode`, in the order they are written. */
function errorCodes(): string[] {
  const [, type = ""] =
    /export type StockpileErrorCode =([^;]+);/.exec(repository.read("src/contract/errors.ts")) ?? [];
  return [...type.matchAll(/"([^"]+)"/g)].map(([, code = ""]) => code);
}

test("every relative link of every document leads to something that is there", (t) => {
  for (const known of ["CONTRIBUTING.md", "CHANGELOG.md", ERRORS_DOCUMENT, "plugins/memory/README.md"]) {
    t.true(DOCUMENTS.includes(known), known);
  }
  const faults = DOCUMENTS.flatMap((path) => read(path).links.map((link) => findFault(path, link)));
  t.true(faults.length > 0, "links have been found");
  t.deepEqual(
    faults.filter((fault) => fault !== undefined),
    [],
  );
});

test("docs/errors.md has a section for each error code, in the order of the code, and for nothing else", (t) => {
  const codes = errorCodes();
  t.true(codes.includes("STOCKPILE_CONFIG_INVALID"));
  t.deepEqual(
    read(ERRORS_DOCUMENT)
      .headings.filter(({ level }) => level > 1)
      .map(({ text }) => text),
    codes,
  );
});

test("docs/errors.md says of each code what class it has, its cause, its remedy and its fields", (t) => {
  const source = repository.read("src/contract/errors.ts");
  const classes = new Map(
    [...source.matchAll(/class (\w+) extends StockpileError[^]*?super\("?(\w+)"?,/g)].map(
      ([, name, code]) => [code, name],
    ),
  );
  t.true(classes.size > 5, "the classes have been found");
  const sections = repository.read(ERRORS_DOCUMENT).split(/^## /m).slice(1);
  t.is(sections.length, errorCodes().length);
  for (const section of sections) {
    const code = section.slice(0, section.indexOf("\n"));
    for (const part of [
      `**Class:** \`${classes.get(code) ?? "StockpileError"}\``,
      "**Cause:** ",
      "**Remedy:** ",
      "**Fields:** ",
    ]) {
      t.true(section.includes(part), `${code}: ${part}`);
    }
  }
});

test("findFault() tells links that lead somewhere from those that do not", (t) => {
  const good = [
    "https://nodejs.org/nowhere",
    "mailto:somebody@example.org",
    "errors.md",
    "./errors.md#stockpile_config_invalid",
    "#stockpile_deadline",
    "../src/contract/errors.ts",
    "../src/contract",
    "/CHANGELOG.md",
  ];
  for (const link of good) t.is(findFault(ERRORS_DOCUMENT, link), undefined, link);
  for (const link of ["absent.md", "errors.md#absent", "#absent", "../../elsewhere.md", "/docs/absent.md"]) {
    t.is(typeof findFault(ERRORS_DOCUMENT, link), "string", link);
  }
});

test("readMarkdown() reads headings and links, and passes over code and comments", (t) => {
  const document = readMarkdown(
    [
      "# The `Stockpile.open()` call",
      'See [one](a.md), ![two](b.png "Title"), [three](<c d.md>) and [`code`](e_(f).md).',
      "Not `[this](code.md)`, nor <!-- [this](comment.md) --> this.",
      "```md",
      "# No heading",
      "[nor](fenced.md) a link",
      "```",
      "## Same",
      "## Same ##",
      "[reference]: g.md#part",
      '<a href="h.md">h</a> <img alt="" src="i.svg">',
    ].join("\n"),
  );
  t.deepEqual(document.headings, [
    { level: 1, text: "The `Stockpile.open()` call" },
    { level: 2, text: "Same" },
    { level: 2, text: "Same" },
  ]);
  t.deepEqual([...document.anchors], ["the-stockpileopen-call", "same", "same-1"]);
  t.deepEqual([...document.links].toSorted(), [
    "a.md",
    "b.png",
    "c d.md",
    "e_(f).md",
    "g.md#part",
    "h.md",
    "i.svg",
  ]);
});
