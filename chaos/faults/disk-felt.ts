/** What the plugin `file` notes of a disk's fault that one of its operations has met, for the host to see. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function noteFelt(folder: string, mark: string): void {
  writeFileSync(fileOf(folder, mark), "");
}

export function isNoted(folder: string, mark: string): boolean {
  return existsSync(fileOf(folder, mark));
}

function fileOf(folder: string, mark: string): string {
  return join(folder, `${mark}.felt`);
}
