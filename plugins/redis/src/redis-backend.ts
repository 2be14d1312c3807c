import type {
  CallContext,
  EntryKey,
  ScanPage,
  ScanQuery,
  StorageBackend,
  StoredEntry,
} from "@stockpile/core/plugin";
import { decodeEntry, encodeEntry } from "./entry-format.js";
import type { KeySpace } from "./key-space.js";
import { Operation } from "./operation.js";
import { OperationSender } from "./operation-sender.js";
import { clearCategory } from "./redis-clear.js";
import { RedisFailure, shortfallOf } from "./redis-failure.js";
import { scanPage } from "./redis-scan.js";
import type { Servers } from "./servers.js";
import { settleBy } from "./settle-by.js";
import { timeToLive } from "./time-to-live.js";

/** Keeps entries in Redis or Valkey, shared with every host that has the same prefix there. */
export class RedisBackend implements StorageBackend {
  readonly #servers: Servers;
  readonly #space: KeySpace;
  readonly #sender: OperationSender;
  readonly #release: () => void;

  /** @param release called once, when the backend needs the servers no more. */
  constructor(servers: Servers, space: KeySpace, release: () => void) {
    this.#servers = servers;
    this.#space = space;
    this.#sender = new OperationSender(servers);
    this.#release = release;
  }

  /** What this plugin did not write there is a miss. */
  get({ category, key }: EntryKey, { deadline }: CallContext): Promise<StoredEntry | undefined> {
    // Written out: of all calls it is the one made most, and each promise less is felt.
    return new Promise((found, reject) => {
      const resolve = (reply: unknown): void => found(decodeEntry(reply, Date.now()));
      const name = this.#space.nameOf({ category, key });
      this.#sender.add(new Operation({ kind: "get", category, name, deadline, resolve, reject }));
    });
  }

  /** An entry that has expired already is not stored, but replaces as any other does. */
  put(key: EntryKey, entry: StoredEntry, call: CallContext): Promise<void> {
    const ttlMs = timeToLive(entry.expiresAt, Date.now());
    if (ttlMs === 0) return this.purge(key, call);
    const put = { kind: "put", stored: encodeEntry(entry), ttlMs } as const;
    return this.#write(key.category, this.#space.nameOf(key), call, put);
  }

  purge(key: EntryKey, call: CallContext): Promise<void> {
    return this.#write(key.category, this.#space.nameOf(key), call, PURGE);
  }

  getMany(keys: readonly EntryKey[], call: CallContext): Promise<(StoredEntry | undefined)[]> {
    return everyOne(keys.map((key) => this.get(key, call)));
  }

  async putMany(entries: readonly (readonly [EntryKey, StoredEntry])[], call: CallContext): Promise<void> {
    await everyOne(entries.map(([key, entry]) => this.put(key, entry, call)));
  }

  async purgeMany(keys: readonly EntryKey[], call: CallContext): Promise<void> {
    await everyOne(keys.map((key) => this.purge(key, call)));
  }

  scan(query: ScanQuery, call: CallContext): Promise<ScanPage> {
    return scanPage({ servers: this.#servers, space: this.#space }, query, call);
  }

  clear(category: string, call: CallContext): Promise<void> {
    const remove = async (names: readonly string[]): Promise<void> => {
      await everyOne(names.map((name) => this.#write(category, name, call, PURGE)));
    };
    return clearCategory({ servers: this.#servers, space: this.#space, category, remove }, call);
  }

  /** Succeeds when more than half of the servers with entries answer: then more than half of the calls do. */
  async ping({ deadline }: CallContext): Promise<void> {
    const { masters, missing, shortfall } = this.#servers;
    const answers = await Promise.allSettled(
      masters.map((link) => settleBy(link.send("ping", []), deadline, link.address)),
    );
    const failed = answers.filter((answer) => answer.status === "rejected");
    if (answers.length > failed.length * 2 + missing) return;
    const [first] = failed;
    throw new RedisFailure("ping Redis", first ? shortfallOf(first.reason, this.#servers.label) : shortfall);
  }

  close(): void {
    this.#sender.close();
    this.#release();
  }

  #write(category: string, name: string, { deadline }: CallContext, write: Write): Promise<void> {
    return new Promise((done, reject) => {
      const resolve = (): void => done();
      this.#sender.add(new Operation({ ...write, category, name, deadline, resolve, reject }));
    });
  }
}

type Write = Pick<Operation, "kind" | "stored" | "ttlMs">;

const PURGE: Write = { kind: "purge", stored: undefined, ttlMs: undefined };

/** Waits for all, so that a failure does not hide that others are still under way; then reports the first failure. */
async function everyOne<T>(results: Promise<T>[]): Promise<T[]> {
  const ends = await Promise.allSettled(results);
  return ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
}
