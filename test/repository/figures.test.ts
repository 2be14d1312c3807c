/** The figures that documents show are there: `npm run bench` pastes them between marks. */
import test from "ava";
import { repository } from "./repository.js";

const BLOCK = /<!-- figures: (?<name>[^\n]+) -->(?<text>[^]*?)<!-- \/figures -->/g;

test("no block of figures in the README is empty", (t) => {
  const readme = repository.read("README.md");
  const blocks = [...readme.matchAll(BLOCK)].map(({ groups }) => groups ?? {});
  t.true(blocks.length > 5, "blocks have been found");
  t.is(blocks.length, readme.split("<!-- figures: ").length - 1, "each has an end");
  const empty = blocks.filter(({ text = "" }) => text.trim() === "").map(({ name }) => name);
  t.deepEqual(empty, [], "run: npm run bench");
});
