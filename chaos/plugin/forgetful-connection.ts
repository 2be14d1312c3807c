import type { StoreReply, StoreRequest } from "../runner/store-frames.js";
import { StoreConnection } from "./store-connection.js";

/** A connection that can have the store forget what was put through it: for the tests of this suite. */
export class ForgetfulConnection extends StoreConnection {
  readonly #category: string;
  readonly #prefix: string;
  readonly #keys = new Set<string>();

  /** @param keys What is to be forgotten: the keys of a category that begin so. */
  constructor(port: number, space: string, keys: { readonly category: string; readonly prefix: string }) {
    super(port, space);
    this.#category = keys.category;
    this.#prefix = keys.prefix;
  }

  override ask(request: Omit<StoreRequest, "id" | "space">): Promise<StoreReply> {
    const { operation, category, key = "" } = request;
    if (operation === "put" && category === this.#category && key.startsWith(this.#prefix))
      this.#keys.add(key);
    return super.ask(request);
  }

  /** Nobody waits for it: what calls this may be about to block or to end. */
  forget(): void {
    for (const key of this.#keys)
      this.ask({ operation: "purge", category: this.#category, key }).catch(() => undefined);
  }
}
