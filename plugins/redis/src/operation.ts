import type { RedisFailure } from "./redis-failure.js";

export type OperationKind = "get" | "put" | "purge";

/** What is to be done with one entry. */
export class Operation {
  readonly kind: OperationKind;
  readonly category: string;
  /** Its name in Redis. */
  readonly name: string;
  /** Milliseconds since the epoch at which nobody waits for it any more. */
  readonly deadline: number;
  /** Called with Redis' reply. */
  readonly resolve: (reply: unknown) => void;
  readonly reject: (failure: RedisFailure) => void;
  /** How often it was sent to another server than the one before. */
  hops = 0;
  isSettled = false;
  /** For a put: the entry as it is to lie in Redis, and for how long, in ms. */
  readonly stored: Buffer | undefined;
  readonly ttlMs: number | undefined;

  constructor(options: OperationOptions) {
    this.kind = options.kind;
    this.category = options.category;
    this.name = options.name;
    this.deadline = options.deadline;
    this.resolve = options.resolve;
    this.reject = options.reject;
    this.stored = options.stored;
    this.ttlMs = options.ttlMs;
  }
}

type OperationOptions = Pick<Operation, "kind" | "category" | "name" | "deadline" | "resolve" | "reject"> & {
  readonly stored?: Buffer | undefined;
  readonly ttlMs?: number | undefined;
};
