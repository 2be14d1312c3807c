import { createHash } from "node:crypto";
import type { EntryKey } from "@stockpile/core/plugin";

/** What every store takes in a key: anything else may be a blank, a wild card, or another letter to it. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/;

/**
 * The keys an adapter is given: `<namespace>:@<category>:<key>`, as Keyv itself would prefix them. What is longer than
 * an adapter may take, or holds other characters than all take, stands there as `#` and its SHA-256: the entry itself
 * says whose it is. No category begins with `@`, so a key is known as ours with its namespace and without.
 */
export class AdapterKeys {
  readonly #namespace: string;
  readonly #maxBytes: number;

  constructor(namespace: string, maxBytes: number) {
    this.#namespace = namespace;
    this.#maxBytes = maxBytes;
  }

  keyFor({ category, key }: EntryKey): string {
    const prefix = `${this.#namespace}:@${category}:`;
    const isPlain = PLAIN.test(key) && prefix.length + key.length <= this.#maxBytes;
    return prefix + (isPlain ? key : `#${createHash("sha256").update(key).digest("base64url")}`);
  }

  /** Whether a key that an adapter lists is of a category: some list keys with their namespace, some without. */
  isOf(category: string, listed: unknown): listed is string {
    if (typeof listed !== "string") return false;
    return listed.startsWith(`${this.#namespace}:@${category}:`) || listed.startsWith(`@${category}:`);
  }
}
