/** The server could not listen. */

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use, perhaps by another Stockpile: stop that program or choose another port",
  EACCES: "this user may not use the port: choose one above 1023",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "the host name cannot be resolved",
  EAI_AGAIN: "the host name cannot be resolved at the moment",
};

/** The address cannot be listened on; the system's own error is the `cause`. */
export class ListenError extends Error {
  /** The system's code, as in `EADDRINUSE`. */
  readonly code: string | undefined;

  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const reason = REASONS[cause.code ?? ""] ?? cause.message;
    super(`Cannot listen on ${host.includes(":") ? `[${host}]` : host}:${port}: ${reason}`, { cause });
    this.code = cause.code;
  }

  static {
    this.prototype.name = "ListenError";
  }
}
