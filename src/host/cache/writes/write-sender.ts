import type { EntryKey, StoredEntry } from "../../../contract/backend.js";
import type { OnReleased } from "../../calls/backend-handle.js";
import { callEach } from "../call-each.js";
import type { CategorySettings } from "../category-settings.js";
import type { EntryCoder } from "../entry-coder.js";
import type { LeastVersions } from "./least-versions.js";
import { WriteNotSent } from "./write-not-sent.js";
import type { Write } from "./write.js";

/** A write on its way. */
interface Sending<T> {
  readonly write: Write<T>;
  readonly onReleased: OnReleased;
}

/** One that is to leave with others. */
interface Held<T> extends Sending<T> {
  readonly resolve: (outcome: Promise<void>) => void;
}

/** Makes the calls that writes are to the backend: one each, or one for many that are made together. */
export class WriteSender<T> {
  readonly #settings: CategorySettings<T>;
  readonly #coder: EntryCoder<T>;
  readonly #leasts: LeastVersions;
  /** What has been sent while {@link together} runs. */
  #held: Held<T>[] | undefined;

  constructor(settings: CategorySettings<T>, coder: EntryCoder<T>, leasts: LeastVersions) {
    this.#settings = settings;
    this.#coder = coder;
    this.#leasts = leasts;
  }

  /**
   * Sends a write. Rejects with what the backend does, or with `WriteNotSent` where it failed before it wrote.
   * @param onReleased See `BackendHandle`.
   */
  send(write: Write<T>, onReleased: OnReleased): Promise<void> {
    const held = this.#held;
    if (held === undefined) return this.#sendOne({ write, onReleased });
    return new Promise((resolve) => {
      held.push({ write, onReleased, resolve });
    });
  }

  /** What `run` sends leaves in as few calls as the backend has methods for. */
  together(run: () => void): void {
    const held: Held<T>[] = [];
    this.#held = held;
    try {
      run();
    } finally {
      this.#held = undefined;
    }
    const { backend } = this.#settings;
    this.#sendAll(
      held.filter(({ write }) => write.change.kind === "put"),
      backend.has("putMany") ? (items) => this.#putMany(items) : undefined,
    );
    this.#sendAll(
      held.filter(({ write }) => write.change.kind === "purge"),
      backend.has("purgeMany") ? (items) => this.#purgeMany(items) : undefined,
    );
    this.#sendAll(
      held.filter(({ write }) => write.change.kind === "expire"),
      undefined,
    );
  }

  #sendAll(
    held: readonly Held<T>[],
    many: ((items: readonly Sending<T>[]) => Promise<undefined[]>) | undefined,
  ): void {
    const outcomes: readonly Promise<void>[] =
      many === undefined || held.length < 2
        ? held.map((item) => this.#sendOne(item))
        : callEach<Sending<T>, void>(held, {
            many,
            one: (item) => this.#sendOne(item),
            isServing: () => this.#settings.backend.isServing,
          });
    for (const [index, outcome] of outcomes.entries()) held[index]?.resolve(outcome);
  }

  async #putMany(items: readonly Sending<T>[]): Promise<undefined[]> {
    const pairs: [EntryKey, StoredEntry][] = [];
    for (const { write } of items) {
      if (write.change.kind === "put") pairs.push([this.#entryKey(write), write.change.entry]);
    }
    await this.#settings.backend.putMany(pairs, releaseAll(items));
    return items.map(() => undefined);
  }

  async #purgeMany(items: readonly Sending<T>[]): Promise<undefined[]> {
    const keys = items.map(({ write }) => this.#entryKey(write));
    await this.#settings.backend.purgeMany(keys, releaseAll(items));
    return items.map(() => undefined);
  }

  /** An executor turns what is thrown into a rejection. */
  #sendOne({ write, onReleased }: Sending<T>): Promise<void> {
    const { backend } = this.#settings;
    const { change } = write;
    return new Promise((resolve) => {
      const key = this.#entryKey(write);
      if (change.kind === "put") resolve(backend.put(key, change.entry, onReleased));
      else if (change.kind === "purge") resolve(backend.purge(key, onReleased));
      else resolve(this.#expire(write, onReleased));
    });
  }

  /** What the backend has is written again, as expired. Whoever writes the key elsewhere in between is overwritten. */
  async #expire(write: Write<T>, onReleased: OnReleased): Promise<void> {
    const { backend } = this.#settings;
    const key = this.#entryKey(write);
    const stored = await backend.get(key).catch((cause: unknown) => {
      throw new WriteNotSent(cause);
    });
    const held = stored === undefined ? undefined : this.#coder.open(write.key, stored);
    if (stored === undefined || held === undefined) return;
    if (held.writeVersion < this.#leasts.of(write.key).present) {
      // This process may not return it: nobody else is to find it fresh either.
      await backend.purge(key, onReleased);
      return;
    }
    const expired = this.#coder.sealExpired(write.key, stored, write.version);
    if (expired !== undefined) await backend.put(key, expired.entry, onReleased);
  }

  #entryKey({ key }: Write<T>): EntryKey {
    return { category: this.#settings.name, key };
  }
}

function releaseAll<T>(items: readonly Sending<T>[]): OnReleased {
  const release = (isDone: boolean): void => {
    for (const { onReleased } of items) onReleased(isDone);
  };
  const isAwaited = (): boolean => items.some(({ onReleased }) => onReleased.isAwaited?.() === true);
  return Object.assign(release, { isAwaited });
}
