import type { Finding } from "./finding.js";
import { formatFinding } from "./format-finding.js";

/** The plugin cannot be built; the message lists every error that was found. */
export class BuildError extends Error {
  /** @param subject what is built, as in `plugin "shelf"`. */
  constructor(subject: string, errors: readonly Finding[]) {
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    super(
      `Cannot build ${subject}: ${count}\n${errors.map((each) => `  ${formatFinding(each)}`).join("\n")}`,
    );
  }

  static {
    this.prototype.name = "BuildError";
  }
}
