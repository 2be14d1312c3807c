/** A write that failed before anything of it was sent, with what it failed for as its `cause`. */
export class WriteNotSent extends Error {
  constructor(cause: unknown) {
    super("Cannot send write", { cause });
  }
}
