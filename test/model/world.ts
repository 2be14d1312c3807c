/**
 * One history's world: a category of the cache, a backend and a loader to which anything happens, and the model that
 * watches. Steps start calls and do not wait for them; whatever a call comes to is judged when it settles.
 */
import { setImmediate as turn } from "node:timers/promises";
import { Category } from "../../src/host/cache/category.js";
import type { CategorySettings } from "../../src/host/cache/category-settings.js";
import { resolveCodec } from "../../src/host/cache/resolve-codec.js";
import { WriteVersion } from "../../src/host/cache/write-version.js";
import { Deadlines } from "../../src/host/calls/deadlines.js";
import { QueueBudget } from "../../src/host/calls/queue-budget.js";
import { FakeClock } from "../support/fake-clock.js";
import { AnswerRules } from "./answer-rules.js";
import { LATE_MS, READ_BOUND_MS, STOP_MS, WRITE_BOUND_MS } from "./bounds.js";
import type { CacheUnderTest } from "./cache-under-test.js";
import { Certainties } from "./certainties.js";
import { ChaosBackend } from "./chaos-backend.js";
import { ChaosStorage } from "./chaos-storage.js";
import { FinalRules } from "./final-rules.js";
import { FlightRules } from "./flight-rules.js";
import { Journal, type LoadRecord } from "./journal.js";
import { FOREIGN_KEY, KEYS } from "./keys.js";
import { PlainHandle } from "./plain-handle.js";
import { Reader } from "./reader.js";
import type { Rule } from "./rule.js";
import { ScriptedLoader } from "./scripted-loader.js";
import { makeValue, type TestValue } from "./test-value.js";
import { Timeline } from "./timeline.js";
import { Verdicts } from "./verdicts.js";
import { Witness } from "./witness.js";
import { LOAD_MS, QUEUES, type WorldSettings } from "./world-settings.js";
import { Writer } from "./writer.js";

/** Builds what a history calls. */
export type Build = (settings: CategorySettings<TestValue>) => CacheUnderTest;

/** The cache as it is. */
export const buildCategory: Build = (settings) => new Category(settings);

/** Where a history takes place. */
export class World {
  readonly settings: WorldSettings;
  readonly clock: FakeClock = new FakeClock();
  readonly timeline: Timeline = new Timeline(this.clock);
  readonly storage: ChaosStorage = new ChaosStorage(this.timeline);
  readonly journal: Journal;
  readonly backend: ChaosBackend;
  readonly loader: ScriptedLoader;
  readonly reads: Reader;
  readonly writes: Writer;
  readonly #cache: CacheUnderTest;
  readonly #queue: QueueBudget;
  readonly #otherHost: Category<TestValue>;
  readonly #answers: AnswerRules;
  readonly #final: FinalRules;
  readonly #verdicts: Verdicts;

  /** @param only The rule that counts; by default all do. */
  constructor(settings: WorldSettings, build: Build = buildCategory, only?: Rule) {
    const { clock, timeline, storage } = this;
    this.settings = settings;
    const journal = new Journal(settings, timeline);
    const certainties = new Certainties(journal, storage);
    const answers = new AnswerRules(journal, storage, certainties);
    const flights = new FlightRules(journal, certainties);
    const final = new FinalRules(journal, storage);
    const verdicts = new Verdicts(timeline, only);
    this.journal = journal;
    this.#answers = answers;
    this.#final = final;
    this.#verdicts = verdicts;
    this.loader = new ScriptedLoader(clock, journal, {
      onLoad: (key, started) => {
        verdicts.note(flights.load(key, started));
        return flights.oldestWaitingSeq(key, started.atMs);
      },
      onPrevious: (load, previous) => this.#judgePrevious(load, previous),
    });
    this.backend = new ChaosBackend(this, settings.abilities, new Witness(journal, flights, verdicts));
    this.#queue = new QueueBudget(QUEUES[settings.queue]);
    const cache = build(this.#categorySettings());
    this.#cache = cache;
    const { load } = this.loader;
    this.reads = new Reader({ cache, clock, journal, certainties, answers, final, verdicts, load });
    this.writes = new Writer(cache, journal, final, verdicts);
    this.#otherHost = this.#openOtherHost();
  }

  /** Does a step of the history, and fails if a rule was broken by then. */
  async step(what: string, act: () => unknown, settles: boolean): Promise<void> {
    this.timeline.note(what);
    await act();
    if (settles) await this.clock.settle();
    this.#verdicts.check();
  }

  async advance(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.clock.settle();
    if (this.settings.dropsExpired) this.#dropExpired();
    this.#verdicts.judgeOpen(this.clock.now());
  }

  /** Another host writes, and its backend tells this one. */
  async foreign(kind: "set" | "delete"): Promise<void> {
    // Versions count within a millisecond in each host by itself: the order of hosts is only sure between them.
    await this.advance(1);
    this.journal.foreignKeys.add(FOREIGN_KEY);
    if (kind === "set") {
      const n = this.journal.nextNumber();
      const born = this.timeline.note(`another host sets ${FOREIGN_KEY} to ${n}`);
      this.journal.addValue({ n, key: FOREIGN_KEY, kind: "foreign", born }, born.atMs);
      await this.#otherHost.set(FOREIGN_KEY, makeValue(n, FOREIGN_KEY));
    } else {
      await this.#otherHost.delete(FOREIGN_KEY);
    }
    this.writes.invalidate([FOREIGN_KEY]);
    await this.advance(1);
  }

  /** Ends the history, and judges what has come of it all. */
  async end(): Promise<void> {
    if (this.settings.end === "heals") await this.#heal();
    await this.#close();
  }

  /** Heals everything and waits for what is left to be done. */
  async #heal(): Promise<void> {
    this.timeline.note("everything heals");
    this.backend.order("reads", []);
    this.backend.order("writes", []);
    this.loader.order([]);
    // What hangs ends with its life only.
    this.backend.goDown();
    this.backend.comeUp();
    await this.advance(READ_BOUND_MS + WRITE_BOUND_MS);
    for (let waitedMs = 0; this.#left() > 0 && waitedMs < 120_000; waitedMs += 1000) await this.advance(1000);
    if (this.#left() > 0)
      this.#verdicts.note({ rule: "queue-empty", message: `${this.#left()} writes are still queued` });
    this.#verdicts.check();
    for (const key of KEYS) {
      this.#verdicts.note(this.#final.stored(key));
      this.#verdicts.note(await this.#final.readByOther(key, this.#otherHost));
      this.reads.lookup(key, { isFresh: false, brings: false });
    }
    this.reads.keys();
    await this.advance(READ_BOUND_MS + LATE_MS);
    this.#verdicts.check();
  }

  #left(): number {
    return Math.max(this.#queue.writes, this.#cache.undelivered);
  }

  /** Closes as a Stockpile does: new calls are refused, and writes have some time to be done. */
  async #close(): Promise<void> {
    this.timeline.note("close");
    this.journal.isClosed = true;
    this.#cache.close();
    let isDrained = false;
    const draining = this.#cache.drained().then(() => (isDrained = true));
    for (let waitedMs = 0; !isDrained && waitedMs < STOP_MS; waitedMs += LATE_MS) await this.advance(LATE_MS);
    this.#cache.end();
    this.timeline.note("end");
    this.backend.goDown();
    await this.advance(READ_BOUND_MS + WRITE_BOUND_MS);
    if (isDrained) await draining;
    if (this.settings.end === "closes")
      this.#verdicts.note(this.#final.delivered(KEYS, this.#cache.undelivered));
    this.#otherHost.close();
    this.#otherHost.end();
    this.#verdicts.judgeOpen(Infinity);
    if (this.clock.pending > 0)
      this.#verdicts.note({ rule: "timers", message: `${this.clock.pending} timers are left` });
    await turn();
    this.#verdicts.check();
  }

  #openOtherHost(): Category<TestValue> {
    return new Category({
      ...this.#categorySettings(),
      writeVersion: new WriteVersion(this.clock),
      onWriteError: "throw",
      near: false,
      load: undefined,
      loadMany: undefined,
      backend: new PlainHandle(this.storage),
    });
  }

  #categorySettings(): CategorySettings<TestValue> {
    const { near, loader } = this.settings;
    return {
      ...this.settings,
      name: "model",
      loadTimeoutMs: LOAD_MS,
      near:
        near === "off"
          ? false
          : {
              entries: near === "tiny" ? 1 : 1000,
              bytes: near === "tiny" ? 1000 : 10_000_000,
              values: near === "clone" ? "clone" : "freeze",
            },
      codec: resolveCodec(),
      schema: undefined,
      load: loader === "load" ? this.loader.load : undefined,
      loadMany: loader === "loadMany" ? this.loader.loadMany : undefined,
      maxValueBytes: 1000,
      isTimed: true,
      backend: this.backend,
      queue: this.#queue,
      clock: this.clock,
      deadlines: new Deadlines(this.clock),
      writeVersion: new WriteVersion(this.clock),
      report: () => {},
    };
  }

  #judgePrevious(load: LoadRecord, previous: TestValue): void {
    const at = { kind: "loader", key: load.key, started: { ...load.started, seq: load.flightSeq } } as const;
    const value = this.journal.values.get(previous.n);
    if (value === undefined || value.key !== load.key)
      this.#verdicts.note({
        rule: "same-value",
        message: `the loader of ${load.key} was given ${JSON.stringify(previous)}`,
      });
    else this.#verdicts.note(this.#answers.tooOld(value, at));
  }

  #dropExpired(): void {
    for (const [key, { expiresAt }] of this.storage.entries) {
      if (expiresAt !== undefined && expiresAt < this.clock.now()) this.storage.lose(key);
    }
  }
}
