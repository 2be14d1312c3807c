/** What `server.tls` names cannot be used. */
export class TlsFileError extends Error {
  /** The setting it is about, below `server`. */
  readonly path: readonly string[];
  /** Completes the name of the setting to a sentence. */
  readonly problem: string;

  /** @param setting below `server.tls`; none: both together. */
  constructor(setting: readonly string[], problem: string, options: ErrorOptions) {
    const path = ["tls", ...setting];
    super(`Cannot use server.${path.join(".")}: ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }

  static {
    this.prototype.name = "TlsFileError";
  }
}
