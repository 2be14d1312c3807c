import type { EntryKey, StoredEntry } from "../contract/backend.js";
import { BrokenSentenceError } from "./broken-sentence.js";
import type { Breach } from "./broken-sentence.js";
import { describeAnswer, describeBytes, describeError, describeKey, describeValue } from "./describe.js";
import type { BackendFace, CallSettings, OpenedLife } from "./opened-life.js";
import type { Sentence } from "./sentences.js";
import { within } from "./within.js";

/** Calls that a failure tells of. */
const TOLD_CALLS = 6;

/** What may be expected under a key: a value, or `undefined` for nothing. */
export type Expected = Uint8Array | undefined;

/** An entry as a check has it stored. */
export interface TestedEntry {
  readonly value: Uint8Array;
  readonly expiresAt?: number;
}

/** A life whose every answer is judged: what a check calls is expected to succeed, and told with its sentence if not. */
export class TestedLife {
  /** For calls that a check judges by itself. */
  readonly face: BackendFace;
  readonly #life: OpenedLife;
  readonly #calls: string[] = [];

  constructor(life: OpenedLife) {
    this.#life = life;
    this.face = life.face;
  }

  get invalidated(): OpenedLife["invalidated"] {
    return this.#life.invalidated;
  }

  /** Stores a copy of the value: the backend may keep what it is given. */
  async put(key: EntryKey, entry: Uint8Array | TestedEntry, sentence: Sentence = "put"): Promise<void> {
    const { value, ...expiry } = entry instanceof Uint8Array ? { value: entry } : entry;
    const after = `put() of ${nameKey(key)}, ${describeAnswer({ value, ...expiry })}`;
    await this.call(sentence, after, () => this.face.put(key, { value: value.slice(), ...expiry }));
  }

  async purge(key: EntryKey, sentence: Sentence = "purge"): Promise<void> {
    await this.call(sentence, `purge() of ${nameKey(key)}`, () => this.face.purge(key));
  }

  /** Answers what the backend has, checked for its form only. */
  async get(
    key: EntryKey,
    sentence: Sentence = "get",
    call?: CallSettings,
  ): Promise<StoredEntry | undefined> {
    const after = `get() of ${nameKey(key)}`;
    const answer = await this.call(sentence, after, () => this.face.get(key, call));
    return this.checkForm(answer, after);
  }

  /** Expects the value, or one of several, or nothing. */
  async expect(
    key: EntryKey,
    expected: Expected | readonly Expected[],
    sentence: Sentence = "get",
  ): Promise<void> {
    const entry = await this.get(key, sentence);
    this.judge(
      sentence,
      `get() of ${nameKey(key)}`,
      entry?.value,
      Array.isArray(expected) ? expected : [expected as Expected],
    );
  }

  /** Expects of `getMany` a value or nothing per key, in order. */
  async expectMany(
    keys: readonly EntryKey[],
    expected: readonly Expected[],
    sentence: Sentence = "getMany",
  ): Promise<void> {
    const after = `getMany() of ${keys.length === 0 ? "no keys" : keys.map(nameKey).join(", ")}`;
    const answer = await this.call(sentence, after, () => this.face.getMany(keys));
    if (!Array.isArray(answer) || answer.length !== keys.length) {
      const received = Array.isArray(answer) ? `${answer.length} results` : describeValue(answer);
      throw this.breach({ sentence, after, expected: `an array of ${keys.length} results`, received });
    }
    for (const [index, key] of keys.entries()) {
      const entry = this.checkForm(answer[index], after);
      this.judge(sentence, `${after}, result ${index + 1} of ${nameKey(key)}`, entry?.value, [
        expected[index],
      ]);
    }
  }

  /** Makes a call and expects it to succeed. */
  async call<T>(sentence: Sentence, after: string, run: () => Promise<T>): Promise<T> {
    this.#calls.push(after);
    if (this.#calls.length > TOLD_CALLS + 1) this.#calls.shift();
    try {
      return await within(run());
    } catch (error) {
      if (error instanceof BrokenSentenceError) throw error;
      throw this.breach({
        sentence,
        after,
        expected: "it succeeds",
        received: describeError(error),
        cause: error,
      });
    }
  }

  /** Expects a value to be one of those expected. */
  judge(sentence: Sentence, after: string, value: Expected, expected: readonly Expected[]): void {
    if (expected.some((each) => isSame(each, value))) return;
    throw this.breach({
      sentence,
      after,
      expected: expected
        .map((each) => (each === undefined ? "undefined" : describeBytes(each)))
        .join(", or "),
      received: value === undefined ? "undefined" : describeBytes(value) + differenceFrom(expected[0], value),
    });
  }

  /** Expects `undefined` or an entry. */
  checkForm(answer: unknown, after: string): StoredEntry | undefined {
    if (answer === undefined) return undefined;
    const { value, expiresAt } = Object(answer) as Record<string, unknown>;
    const isTime = expiresAt === undefined || (typeof expiresAt === "number" && Number.isFinite(expiresAt));
    if (value instanceof Uint8Array && isTime) return answer as StoredEntry; // its parts have just been seen
    throw this.breach({
      sentence: "get",
      after,
      expected: "{ value: Uint8Array, expiresAt?: number } or undefined",
      received: describeValue(answer),
    });
  }

  /** What a breach is made of, with the calls before it. */
  breach(breach: Omit<Breach, "calls">): BrokenSentenceError {
    return new BrokenSentenceError({ ...breach, calls: this.#calls.slice(0, -1) });
  }

  async close(): Promise<void> {
    await this.call("close", "close()", () => this.#life.close());
  }
}

/** A key with its category, for messages. */
export function nameKey({ category, key }: EntryKey): string {
  return `${describeKey(key)} in "${category}"`;
}

function isSame(one: Expected, other: Expected): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.from(one.buffer, one.byteOffset, one.byteLength).equals(other);
}

/** Where values that begin alike part. */
function differenceFrom(expected: Expected, value: Uint8Array): string {
  if (expected === undefined || expected.byteLength !== value.byteLength) return "";
  const at = expected.findIndex((byte, index) => byte !== value[index]);
  return ` (differs from byte ${at} on)`;
}
