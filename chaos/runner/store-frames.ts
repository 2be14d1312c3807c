/** What plugins ask the store, and what it answers: lines of JSON. */

export interface StoreRequest {
  readonly id: number;
  /** Whose entries they are. */
  readonly space: string;
  readonly operation: "get" | "put" | "purge" | "scan" | "clear";
  readonly category: string;
  /** Of `scan`, the key after which the page begins; absent for the first one. */
  readonly key?: string;
  /** Of `put`, base64. */
  readonly value?: string;
  /** Of `scan`, keys. */
  readonly limit?: number;
}

export interface StoreReply {
  readonly id: number;
  /** Of `get`, base64; absent where there is none. */
  readonly value?: string;
  /** Of `scan`. */
  readonly keys?: readonly string[];
}
