/**
 * A backend, as the cache sees it through the channel to its plugin, to which anything may happen: each call meets the
 * fate that was ordered for it, and the plugin's life ends and begins when the history says so.
 *
 * It keeps what `BackendHandle` promises, whatever happens: every promise settles within `CALL_MS`; after a timeout
 * of a write, `onReleased` is called once, when the late answer is there or the life is over; nothing is done any more
 * once that was called; nothing is sent while it does not serve.
 */
import type { EntryKey, ScanPage, ScanQuery, StoredEntry } from "../../src/contract/backend.js";
import {
  BackendError,
  BackendOverloadedError,
  BackendTimeoutError,
  PluginUnavailableError,
  UnsupportedError,
} from "../../src/contract/errors.js";
import type { Ability, BackendHandle, OnReleased } from "../../src/host/calls/backend-handle.js";
import type { FakeClock } from "../support/fake-clock.js";
import { AT_ONCE, type Fate } from "./chaos-fate.js";
import type { ChaosStorage } from "./chaos-storage.js";
import { numberOf } from "./test-value.js";
import type { Timeline } from "./timeline.js";

/** How long a call may take, in ms. */
export const CALL_MS = 40;

/** One of the calls of a backend. `undefined` keys: all of the category. */
export interface ChaosSubject {
  readonly operation: "get" | "put" | "purge" | Ability;
  readonly keys: readonly string[] | undefined;
  /** The numbers of the values that a put carries. */
  readonly numbers?: readonly number[];
}

/** Hears what becomes of the calls. */
export interface ChaosObserver {
  onSent(subject: ChaosSubject): void;
  /** The backend's answer has reached the host; for a late write, as its release. */
  onAnswered(subject: ChaosSubject, sentSeq: number): void;
  /** The call has failed for the host, or what it answered is not what is stored. */
  onFailed(subject: ChaosSubject): void;
  /** A write that had timed out is settled at last. */
  onReleased(subject: ChaosSubject): void;
}

/** A call in the air. */
interface OpenCall {
  readonly fate: Fate;
  readonly timers: (() => void)[];
  /** Does it, once, whoever asks first. */
  readonly apply: () => void;
  /** The end of the life. */
  readonly cut: () => void;
}

/** The host's side of a plugin that anything may happen to. */
export class ChaosBackend implements BackendHandle {
  readonly pluginName: string = "chaos";
  readonly backendId: string = "memory";
  isServing = true;
  readonly #clock: FakeClock;
  readonly #timeline: Timeline;
  readonly #storage: ChaosStorage;
  readonly #observer: ChaosObserver;
  readonly #abilities: ReadonlySet<Ability>;
  readonly #listeners: (() => void)[] = [];
  readonly #open = new Set<OpenCall>();
  #readFates: Fate[] = [];
  #writeFates: Fate[] = [];

  constructor(
    { clock, timeline, storage }: { clock: FakeClock; timeline: Timeline; storage: ChaosStorage },
    abilities: Iterable<Ability>,
    observer: ChaosObserver,
  ) {
    this.#clock = clock;
    this.#timeline = timeline;
    this.#storage = storage;
    this.#abilities = new Set(abilities);
    this.#observer = observer;
  }

  /** What becomes of the next reads or writes, instead of what was ordered before. */
  order(kind: "reads" | "writes", fates: readonly Fate[]): void {
    if (kind === "reads") this.#readFates = [...fates];
    else this.#writeFates = [...fates];
  }

  /** The life of the plugin ends, and all calls in the air with it. */
  goDown(): void {
    this.isServing = false;
    for (const call of this.#open) call.cut();
  }

  /** Another life begins to serve. */
  comeUp(): void {
    if (this.isServing) return;
    this.isServing = true;
    for (const listener of this.#listeners) listener();
  }

  onServing(listener: () => void): void {
    this.#listeners.push(listener);
  }

  has(ability: Ability): boolean {
    return this.#abilities.has(ability);
  }

  get({ key }: EntryKey): Promise<StoredEntry | undefined> {
    return this.#call<StoredEntry | undefined>({ operation: "get", keys: [key] }, (fate) =>
      this.#read(key, fate),
    );
  }

  put({ key }: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    const subject = { operation: "put", keys: [key], numbers: [numberOf(entry)] } as const;
    return this.#call(subject, () => this.#storage.put(key, entry), onReleased);
  }

  purge({ key }: EntryKey, onReleased?: OnReleased): Promise<void> {
    return this.#call({ operation: "purge", keys: [key] }, () => this.#storage.purge(key), onReleased);
  }

  getMany(keys: readonly EntryKey[]): Promise<readonly (StoredEntry | undefined)[]> {
    return this.#call({ operation: "getMany", keys: keys.map(({ key }) => key) }, (fate) =>
      keys.map(({ key }) => this.#read(key, fate)),
    );
  }

  putMany(entries: readonly (readonly [EntryKey, StoredEntry])[], onReleased?: OnReleased): Promise<void> {
    const subject = {
      operation: "putMany",
      keys: entries.map(([{ key }]) => key),
      numbers: entries.map(([, entry]) => numberOf(entry)),
    } as const;
    const effect = (fate: Fate): void => {
      for (const [{ key }, entry] of part(entries, fate)) this.#storage.put(key, entry);
    };
    return this.#call(subject, effect, onReleased);
  }

  purgeMany(keys: readonly EntryKey[], onReleased?: OnReleased): Promise<void> {
    const effect = (fate: Fate): void => {
      for (const { key } of part(keys, fate)) this.#storage.purge(key);
    };
    return this.#call({ operation: "purgeMany", keys: keys.map(({ key }) => key) }, effect, onReleased);
  }

  /** Pages of two keys, in no order that means anything; a key present throughout is listed. */
  scan({ cursor = "" }: ScanQuery): Promise<ScanPage> {
    return this.#call({ operation: "scan", keys: undefined }, () => {
      const rest = [...this.#storage.entries.keys()].filter((key) => key > cursor).toSorted();
      const keys = rest.slice(0, 2);
      return rest.length > 2 ? { keys, cursor: keys[1]! } : { keys };
    });
  }

  clear(_category: string, onReleased?: OnReleased): Promise<void> {
    return this.#call({ operation: "clear", keys: undefined }, () => this.#storage.clear(), onReleased);
  }

  #read(key: string, { kind }: Fate): StoredEntry | undefined {
    const entry = this.#storage.entries.get(key);
    if (kind === "garbage") return { value: Buffer.from("no envelope") };
    if (kind !== "mixup") return entry;
    for (const [other, otherEntry] of this.#storage.entries) if (other !== key) return otherEntry;
    return undefined;
  }

  #call<R>(subject: ChaosSubject, effect: (fate: Fate) => R, onReleased?: OnReleased): Promise<R> {
    const { operation } = subject;
    const isWrite = operation === "clear" || operation.startsWith("put") || operation.startsWith("purge");
    if (this.#isUnsupported(operation)) {
      return Promise.reject(new UnsupportedError(`Cannot ${operation}: the backend cannot`, { operation }));
    }
    const fate = (isWrite ? this.#writeFates : this.#readFates).shift() ?? AT_ONCE;
    const refusal = this.#refusal(operation, fate);
    if (refusal !== undefined) {
      this.#observer.onFailed(subject);
      return Promise.reject(refusal);
    }
    return this.#send({ subject, fate, isWrite, effect, onReleased });
  }

  #isUnsupported(operation: ChaosSubject["operation"]): boolean {
    // The worker supplies the loops of the bulk methods; nothing supplies these two.
    return (operation === "scan" || operation === "clear") && !this.#abilities.has(operation);
  }

  #refusal(operation: string, { kind }: Fate): Error | undefined {
    if (!this.isServing || kind === "refuse")
      return new PluginUnavailableError(`Cannot ${operation}: plugin "chaos" is not serving`, { operation });
    if (kind === "overload")
      return new BackendOverloadedError(`Cannot ${operation}: too many calls`, { operation });
    return undefined;
  }

  #send<R>({ subject, fate, isWrite, effect, onReleased }: Sending<R>): Promise<R> {
    const { operation, keys = ["*"] } = subject;
    const sent = this.#timeline.note(
      `  backend is asked to ${operation} ${keys.join(" ")}, fate ${describe(fate)}`,
    );
    this.#observer.onSent(subject);
    return new Promise<R>((resolve, reject) => {
      let result: { readonly value: R } | undefined;
      let isTimedOut = false;
      const call: OpenCall = {
        fate,
        timers: [],
        apply: () => void (result ??= { value: effect(fate) }),
        cut: () =>
          end(false, new PluginUnavailableError(`Cannot ${operation}: the plugin ended`, { operation })),
      };
      /** What the plugin does last about this call. */
      const end = (isDone: boolean, error?: Error): void => {
        for (const cancel of call.timers) cancel();
        this.#open.delete(call);
        if (error !== undefined && isWrite && fate.lands) call.apply();
        const isTrue = isDone && fate.kind !== "garbage" && fate.kind !== "mixup";
        if (isDone && (isTrue || isWrite)) this.#observer.onAnswered(subject, sent.seq);
        else this.#observer.onFailed(subject);
        if (isTimedOut) {
          this.#timeline.note(
            `  backend releases ${operation} ${keys.join(" ")} as ${isDone ? "done" : "not done"}`,
          );
          onReleased?.(isDone);
          if (isWrite) this.#observer.onReleased(subject);
        } else if (result !== undefined && isDone) resolve(result.value);
        else reject(error);
      };
      const timeOut = (): void => {
        isTimedOut = true;
        this.#timeline.note(`  backend has not answered ${operation} ${keys.join(" ")} in time`);
        this.#observer.onFailed(subject);
        reject(new BackendTimeoutError(`Cannot wait for ${operation}`, { operation, elapsedMs: CALL_MS }));
      };
      this.#open.add(call);
      if (fate.kind === "answer" || fate.kind === "garbage" || fate.kind === "mixup") {
        this.#after(call, fate.effectAfterMs, () => {
          call.apply();
          this.#after(call, fate.answerAfterMs, () => end(true));
        });
      } else if (fate.kind === "fail") {
        const error = new BackendError(`Backend failed to ${operation}`, { operation });
        this.#after(call, fate.effectAfterMs + fate.answerAfterMs, () => end(false, error));
      }
      if (this.#open.has(call)) call.timers.push(this.#clock.schedule(timeOut, CALL_MS));
    });
  }

  #after(call: OpenCall, delayMs: number, act: () => void): void {
    if (delayMs === 0) act();
    else call.timers.push(this.#clock.schedule(act, delayMs));
  }
}

interface Sending<R> {
  readonly subject: ChaosSubject;
  readonly fate: Fate;
  readonly isWrite: boolean;
  readonly effect: (fate: Fate) => R;
  readonly onReleased: OnReleased | undefined;
}

/** Of a bulk write that does not go well, the first half is done. */
function part<E>(elements: readonly E[], { kind }: Fate): readonly E[] {
  const isWhole = kind === "answer" || kind === "garbage" || kind === "mixup";
  return isWhole ? elements : elements.slice(0, Math.ceil(elements.length / 2));
}

function describe({ kind, effectAfterMs, answerAfterMs, lands }: Fate): string {
  return `${kind}/${effectAfterMs}/${answerAfterMs}${lands ? "/lands" : ""}`;
}
