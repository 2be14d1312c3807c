import { readFile, writeFile } from "node:fs/promises";
import { pasteFigures } from "../../bench/paste-figures.js";

/** What shows figures of this suite, seen from where this is built to. */
const DOCUMENTS = [
  new URL("../../../README.md", import.meta.url),
  new URL("../../../docs/chaos.md", import.meta.url),
];

/** The figures of a name, for the table of a title or for a block without one; `undefined` where those there are stay. */
export type Figures = (name: string, title: string | undefined, present: string) => string | undefined;

/** Puts figures into the documents, where `<!-- figures: NAME -->` or `<!-- figures: NAME/TITLE -->` marks the place. */
export async function writeFigures(figures: Figures): Promise<void> {
  for (const document of DOCUMENTS)
    await writeFile(document, pasteFigures(await readFile(document, "utf8"), figures));
}
