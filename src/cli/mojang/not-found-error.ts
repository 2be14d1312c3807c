import { plainText } from "../plain-text.js";

const MAX_CHARACTERS = 64;

/** There is nobody of that name or id; the message is for the user. */
export class NotFoundError extends Error {
  /** @param which a name, or an id. */
  constructor(which: string, reason: string = "no such profile") {
    super(`Cannot find "${plainText(which, MAX_CHARACTERS)}": ${reason}`);
  }

  static {
    this.prototype.name = "NotFoundError";
  }
}
