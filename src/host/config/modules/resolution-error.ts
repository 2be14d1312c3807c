/** A plugin's module could not be found or its manifest not be read. Becomes an issue of the configuration. */
export class ResolutionError extends Error {
  static {
    this.prototype.name = "ResolutionError";
  }

  /** One with the message of the resolver's own error. */
  static from(cause: unknown): ResolutionError {
    return new ResolutionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
