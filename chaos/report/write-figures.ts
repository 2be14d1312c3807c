import { readFile, writeFile } from "node:fs/promises";
import { pasteFigures } from "../../bench/paste-figures.js";

/** What shows figures of this suite, seen from where this is built to. */
const DOCUMENTS = [
  new URL("../../../README.md", import.meta.url),
  new URL("../../../docs/chaos.md", import.meta.url),
];

/** Puts figures into the documents, where `<!-- figures: NAME -->` marks the place; those of other names stay. */
export async function writeFigures(name: "chaos" | "soak", figures: string): Promise<void> {
  for (const document of DOCUMENTS) {
    const text = await readFile(document, "utf8");
    await writeFile(
      document,
      pasteFigures(text, (marked) => (marked === name ? figures : undefined)),
    );
  }
}
