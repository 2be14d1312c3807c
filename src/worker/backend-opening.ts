import type { StorageBackend } from "../contract/backend.js";

/**
 * Attempts that may be under way at once. The host asks again only when it has given up on the attempt before; what
 * that one waits for may never come, or come late, and holds what it holds for as long.
 */
const MAX_ATTEMPTS = 3;

/** One backend, from the first attempt to open it to its end. Attempts may overlap; the first to succeed is kept. */
export class BackendOpening {
  readonly #create: () => Promise<StorageBackend>;
  readonly #attempts = new Set<Promise<StorageBackend>>();
  readonly #opened: Promise<StorageBackend>;
  #announce: (backend: StorageBackend) => void = () => undefined;
  #backend: StorageBackend | undefined;

  constructor(create: () => Promise<StorageBackend>) {
    this.#create = create;
    this.#opened = new Promise((resolve) => (this.#announce = resolve));
  }

  /** The backend, once it is open. */
  get backend(): StorageBackend | undefined {
    return this.#backend;
  }

  /** Resolves with the backend that is open, or the first to be. Rejects when the attempt that was begun for it fails. */
  open(): Promise<StorageBackend> {
    if (this.#backend !== undefined || this.#attempts.size >= MAX_ATTEMPTS) return this.#opened;
    const attempt = this.#attempt();
    this.#attempts.add(attempt);
    const forget = (): void => void this.#attempts.delete(attempt);
    attempt.then(forget, forget);
    return Promise.race([attempt, this.#opened]);
  }

  /** Closes the backend. One that is still being opened is closed once it is open. Rejects as its `close` does. */
  async close(): Promise<void> {
    if (this.#backend === undefined) {
      // Failed attempts have been reported already.
      await Promise.any([this.#opened, Promise.allSettled(this.#attempts)]);
    }
    await this.#backend?.close?.();
  }

  async #attempt(): Promise<StorageBackend> {
    const backend = await this.#create();
    if (this.#backend === undefined) {
      this.#backend = backend;
      this.#announce(backend);
    } else {
      // Nobody has used it, so nobody is concerned if it does not close well.
      await Promise.resolve(backend.close?.()).catch(() => undefined);
    }
    return this.#backend;
  }
}
