/** The figures that documents show are there: `npm run bench` and `npm run chaos` paste them between marks. */
import test from "ava";
import { repository } from "./repository.js";

const BLOCK = /<!-- figures: (?<name>[^\n]+) -->(?<text>[^]*?)<!-- \/figures -->/g;

for (const [document, least] of Object.entries({
  "README.md": 6,
  "bench/README.md": 11,
  "docs/chaos.md": 2,
})) {
  test(`no block of figures in ${document} is empty`, (t) => {
    const text = repository.read(document);
    const blocks = blocksOf(text);
    t.true(blocks.length >= least, "blocks have been found");
    t.is(blocks.length, text.split("<!-- figures: ").length - 1, "each has an end");
    t.deepEqual(emptyIn(text), [], "run: npm run bench, or npm run chaos");
  });
}

test("no block of figures in any other document is empty", (t) => {
  const documents = repository.list("docs", ".md");
  t.true(documents.length > 5, "documents have been found");
  t.deepEqual(
    documents.flatMap((document) => emptyIn(repository.read(document)).map((name) => `${document}: ${name}`)),
    [],
  );
});

function blocksOf(text: string): { readonly name?: string; readonly text?: string }[] {
  return [...text.matchAll(BLOCK)].map(({ groups }) => groups ?? {});
}

function emptyIn(text: string): (string | undefined)[] {
  return blocksOf(text).flatMap((block) => ((block.text ?? "").trim() === "" ? [block.name] : []));
}
