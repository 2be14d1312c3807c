import { writeSync } from "node:fs";
import { PIPE } from "../../contract/process-pipes.js";

/** Writes whole records to the lifeline, whatever part of one finds room at a time. */
export class LifelineWriter {
  /** What is left of records that were begun. */
  #rest: Uint8Array = new Uint8Array();

  /**
   * Writes records now, or none of them.
   * @returns whether they were taken: otherwise the host is busy and leaves no room.
   * @throws {Error} the lifeline is closed.
   */
  write(records: Uint8Array): boolean {
    if (!this.#flush()) return false;
    const written = tryWrite(records);
    if (written > 0) this.#rest = records.subarray(written);
    return written > 0;
  }

  #flush(): boolean {
    if (this.#rest.byteLength > 0) this.#rest = this.#rest.subarray(tryWrite(this.#rest));
    return this.#rest.byteLength === 0;
  }
}

/** How many bytes found room. */
function tryWrite(bytes: Uint8Array): number {
  try {
    return writeSync(PIPE.lifeline, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
