/** Turns the values of a category into bytes and back. Both methods are synchronous and called often. */
export interface Codec<T> {
  /**
   * Written beside each value: an entry of another codec is a miss. `[a-z0-9][a-z0-9-]*`, up to 32 characters; rename
   * a codec whose format changes.
   */
  readonly name: string;
  /** The bytes are copied before anything else runs, so an encoder may use one buffer again and again. */
  encode(value: T): Uint8Array;
  /** `bytes` is a view into a buffer of others: copy what is to be kept. Called once for each caller of a get. */
  decode(bytes: Uint8Array): T;
}
