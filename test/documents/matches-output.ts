/** What is another with another version of a dependency. */
const FIGURES = /[\d,]+ bytes|\b[0-9a-f]{64}\b|@\d+(?:\.\d+)+/g;

/**
 * Whether a document tells what was printed: its lines are among the printed ones, in their order, and where it `isWhole`
 * there are no others. `…` stands for anything within a line, and by itself for any lines.
 */
export function matchesOutput(told: string, printed: string, isWhole: boolean): boolean {
  const lines = printed.replaceAll(FIGURES, "…").trimEnd().split("\n");
  let [at, mayPass] = [0, !isWhole];
  for (const line of told.replaceAll(FIGURES, "…").trimEnd().split("\n")) {
    if (line.trim() === "…") {
      mayPass = true;
      continue;
    }
    const form = new RegExp(`^${line.split("…").map(escape).join(".*")}$`);
    const found = lines.findIndex((candidate, index) => index >= at && form.test(candidate.trimEnd()));
    if (found === -1 || (found > at && !mayPass)) return false;
    at = found + 1;
    mayPass = !isWhole;
  }
  return mayPass || at === lines.length;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
