/** Something the build has to say of the plugin's source. */
export interface Finding {
  /** An error ends the build, after everything else has been found too. */
  readonly severity: "error" | "warning";
  readonly text: string;
  /** Relative to the plugin's folder; absent where it is not about a file. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}
