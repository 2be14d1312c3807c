/** What was missing where something failed: what was expected and what received instead. */
export class Shortfall extends Error {
  static {
    Shortfall.prototype.name = "Shortfall";
  }

  readonly expected: string;
  readonly received: string;
  /** Of Redis (`OOM`), of the system (`ECONNREFUSED`) or one of {@link OWN_CODES}. */
  readonly code: string | undefined;

  constructor(expected: string, received: string, code: string | undefined) {
    super(`expected ${expected}: received ${received}`);
    this.expected = expected;
    this.received = received;
    this.code = code;
  }
}

/** What this plugin says of itself. */
export const OWN_CODES = {
  /** There is no connection. */
  down: "REDIS_DOWN",
  /** The connection was lost before the answer came: whether a write was made is not known. */
  lost: "REDIS_LOST",
  /** No answer came in time. */
  late: "REDIS_LATE",
  /** More is under way than may be. */
  full: "REDIS_FULL",
  /** The backend was closed. */
  closed: "REDIS_CLOSED",
} as const;
