import { renameSync, writeFileSync } from "node:fs";

/** Writes a file so that whoever looks for it meanwhile finds all of it or nothing. */
export function placeFile(path: string, text: string): void {
  const draft = `${path}.draft`;
  writeFileSync(draft, text);
  renameSync(draft, path);
}
