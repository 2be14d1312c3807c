/** What a failure quotes stands in the contract. */
import test from "ava";
import { SENTENCES } from "../../src/testing/sentences.js";
import { repository } from "../repository/repository.js";

/** The contract as running text: comment marks and line breaks are none of a sentence. */
const CONTRACT = repository
  .list("src/contract", ".ts")
  .map((file) =>
    repository
      .read(file)
      .replaceAll(/^\s*(?:\/\*\*|\*\/|\*)/gm, "")
      .replaceAll(/\s+/g, " "),
  )
  .join(" ");

for (const [name, sentence] of Object.entries(SENTENCES)) {
  test(`the sentence ${name} stands in the contract`, (t) => {
    t.true(CONTRACT.includes(sentence), sentence);
  });
}
