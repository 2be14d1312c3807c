import type { Redis } from "ioredis";

/** A connection as its server knows it. */
export interface KnownConnection {
  /** Its number there. */
  readonly id: string;
  /** Where it comes from, seen from there, as in `127.0.0.1:50212`. */
  readonly from: string;
}

/** As many servers as are remembered. */
const MAX_SERVERS = 256;

/**
 * Keeps what was sent over a lost connection from taking effect after what is sent over the next one.
 *
 * A server that was paused, or could not be reached, may have commands of the lost connection before it still when it
 * serves the new one, and an old value would then replace a newer one that was acknowledged. So the first thing said on
 * a new connection is that the former one is to be ended. Where the user may not do that, it is left undone: it needs
 * `+client|info` and `+client|kill`.
 */
export class Fences {
  readonly #lost = new Map<string, KnownConnection>();

  /** @param server where the lost connection led. */
  note(server: string, connection: KnownConnection): void {
    this.#lost.delete(server);
    this.#lost.set(server, connection);
    for (const first of this.#lost.keys()) {
      if (this.#lost.size <= MAX_SERVERS) break;
      this.#lost.delete(first);
    }
  }

  /** Has the connection that was lost before to this server ended; to be called before anything else is sent. */
  raise(server: string, redis: Redis): void {
    const lost = this.#lost.get(server);
    if (lost === undefined) return;
    this.#lost.delete(server);
    // Number and origin together: the server may have been started anew and have given the number to somebody else.
    redis.call("client", "KILL", "ID", lost.id, "ADDR", lost.from).catch(() => {
      // Not permitted, or the new connection is lost as well: see above.
    });
  }
}
