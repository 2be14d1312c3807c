import { setImmediate } from "node:timers/promises";
import { fc, testProp } from "@fast-check/ava";
import type { EntryKey, StoredEntry } from "../../../src/contract/backend.js";
import { BackendTimeoutError } from "../../../src/contract/errors.js";
import type { OnReleased } from "../../../src/host/calls/backend-handle.js";
import { BareBackend } from "./bare-backend.js";
import { openCategory } from "./open-category.js";

/** A backend whose calls take effect, and answer, in any order that the scheduler picks. */
class ScheduledBackend extends BareBackend {
  readonly #entries = new Map<string, StoredEntry>();
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    super();
    this.#scheduler = scheduler;
  }

  get({ key }: EntryKey): Promise<StoredEntry | undefined> {
    return this.#call("get", () => this.#entries.get(key));
  }

  put({ key }: EntryKey, entry: StoredEntry): Promise<void> {
    return this.#call("put", () => void this.#entries.set(key, entry));
  }

  purge({ key }: EntryKey): Promise<void> {
    return this.#call("purge", () => void this.#entries.delete(key));
  }

  async #call<R>(operation: string, effect: () => R): Promise<R> {
    await this.#scheduler.schedule(Promise.resolve(), `${operation} arrives`);
    const result = effect();
    await this.#scheduler.schedule(Promise.resolve(), `${operation} answers`);
    return result;
  }
}

/** The same, of which calls fail: those whose number in `failures` says so. A write that does has timed out. */
class FlakyBackend extends ScheduledBackend {
  readonly #failures: readonly boolean[];
  #calls = 0;

  constructor(scheduler: fc.Scheduler, failures: readonly boolean[]) {
    super(scheduler);
    this.#failures = failures;
  }

  override get(key: EntryKey): Promise<StoredEntry | undefined> {
    return this.#flaky(() => super.get(key));
  }

  override put(key: EntryKey, entry: StoredEntry, onReleased?: OnReleased): Promise<void> {
    return this.#flaky(() => super.put(key, entry), onReleased);
  }

  override purge(key: EntryKey, onReleased?: OnReleased): Promise<void> {
    return this.#flaky(() => super.purge(key), onReleased);
  }

  async #flaky<R>(call: () => Promise<R>, onReleased?: OnReleased): Promise<R> {
    this.#calls += 1;
    const isFailing = this.#failures[this.#calls] === true;
    const result = await call();
    if (!isFailing) return result;
    void setImmediate().then(() => onReleased?.(true));
    throw new BackendTimeoutError("slow");
  }
}

type Step = "get" | "load" | "fresh" | "set" | "delete" | "wait";

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.constantFrom<Step>("get", "load", "load", "fresh", "set", "set", "delete", "wait"),
  { minLength: 1, maxLength: 12 },
);

testProp(
  "whatever the order of answers: all calls settle, no get that starts after a write sees what was before it, and the last write stays",
  [fc.scheduler(), steps],
  async (t, scheduler, script) => {
    const backend = new ScheduledBackend(scheduler);
    const { category } = openCategory<string>(t, { backend });
    /** How many writes had ended when a value could have been made, by value. */
    let writesStarted = 0;
    let lastSet: string | undefined;
    let pendingWrites = 0;
    const calls: Promise<unknown>[] = [];

    /** The origin of loaded values always has what it had when the load began. */
    const load = async (): Promise<string> => {
      const value = `loaded after ${writesStarted}`;
      await scheduler.schedule(Promise.resolve(), "load answers");
      return value;
    };
    const write = (step: "set" | "delete"): void => {
      writesStarted += 1;
      pendingWrites += 1;
      lastSet = step === "set" ? `set ${writesStarted}` : undefined;
      const done = lastSet === undefined ? category.delete("a") : category.set("a", lastSet);
      calls.push(done.finally(() => (pendingWrites -= 1)));
    };
    const get = (step: "get" | "load" | "fresh"): void => {
      const isSettled = pendingWrites === 0;
      const [startedAfter, lastSetThen] = [writesStarted, lastSet];
      const options = step === "get" ? {} : { load, fresh: step === "fresh" };
      const check = (value: string | undefined): void => {
        if (!isSettled || writesStarted !== startedAfter || value === undefined) return;
        // Nothing was written meanwhile: what is seen is the last write, or was loaded after it.
        const madeAfter = Number(value.split(" ").at(-1));
        t.true(value === lastSetThen || madeAfter === startedAfter, value);
      };
      calls.push(category.get("a", options).then(check));
    };

    for (const step of script) {
      if (step === "wait") await scheduler.waitIdle();
      else if (step === "set" || step === "delete") write(step);
      else get(step);
    }
    await scheduler.waitIdle();
    await Promise.all(calls);
    await scheduler.waitIdle();

    const final = category.get("a");
    await scheduler.waitIdle();
    const value = await final;
    if (lastSet !== undefined && !script.includes("fresh")) t.is(value, lastSet);
    else t.true(value === undefined || value === lastSet || value.endsWith(` ${writesStarted}`), value);
  },
  { numRuns: 300 },
);

testProp(
  "whatever fails and in whatever order: every call settles and later ones work",
  [fc.scheduler(), steps, fc.array(fc.boolean(), { minLength: 40, maxLength: 40 })],
  async (t, scheduler, script, failures) => {
    const backend = new FlakyBackend(scheduler, failures);
    const { category } = openCategory<number>(t, { backend });
    const pending = script.map((step) => {
      if (step === "set") return category.set("a", 1);
      if (step === "delete") return category.delete("a");
      return category.get("a", step === "get" ? {} : { load: () => 2 });
    });
    const settled = Promise.allSettled(pending);
    await scheduler.waitIdle();
    t.is((await settled).length, script.length);
    failures.fill(false);
    // What had timed out is released by now.
    await setImmediate();
    const after = category.set("a", 3).then(() => category.get("a"));
    await scheduler.waitIdle();
    t.is(await after, 3);
  },
  { numRuns: 100 },
);
