import type { ExecutionContext } from "ava";
import { Category } from "../../../src/host/cache/category.js";
import type { CategorySettings } from "../../../src/host/cache/category-settings.js";
import type { QuietFailure } from "../../../src/host/cache/quiet-failure.js";
import { resolveCodec } from "../../../src/host/cache/resolve-codec.js";
import { WriteVersion } from "../../../src/host/cache/write-version.js";
import { QueueBudget } from "../../../src/host/calls/queue-budget.js";
import { Deadlines } from "../../../src/host/calls/deadlines.js";
import { FakeClock } from "../../support/fake-clock.js";
import { FakeBackend } from "./fake-backend.js";

/** Rejections that nobody handled, of all tests in the process: each of them fails on any. */
const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => void unhandled.push(reason));

/** A category with all that surrounds it. */
export interface Bench<T> {
  readonly category: Category<T>;
  readonly settings: CategorySettings<T>;
  readonly backend: FakeBackend;
  readonly clock: FakeClock;
  /** What the category has reported, in order. */
  readonly reported: QuietFailure[];
}

/** Opens category "player": ttl 10 s, loads up to 1 s, JSON, up to 1,000 bytes. Nothing may be left of it at the end. */
export function openCategory<T>(t: ExecutionContext, overrides: Partial<CategorySettings<T>> = {}): Bench<T> {
  const clock = new FakeClock();
  const backend = new FakeBackend();
  const reported: QuietFailure[] = [];
  const settings: CategorySettings<T> = {
    name: "player",
    ttlMs: 10_000,
    graceMs: 0,
    refreshAheadMs: 0,
    negativeTtlMs: 0,
    loadTimeoutMs: 1000,
    loadSoftTimeoutMs: Infinity,
    onReadError: "miss",
    onWriteError: "throw",
    near: false,
    codec: resolveCodec(),
    schema: undefined,
    load: undefined,
    loadMany: undefined,
    maxValueBytes: 1000,
    isTimed: true,
    backend,
    queue: new QueueBudget({ queuedWrites: 100, queuedBytes: 10_000 }),
    clock,
    deadlines: new Deadlines(clock),
    writeVersion: new WriteVersion(clock),
    report: (failure) => void reported.push(failure),
    ...overrides,
  };
  t.teardown(async () => {
    // Deadlines stop sweeping by themselves once nothing is pending.
    await clock.advance(20);
    if (unhandled.length > 0) throw new Error("A rejection was not handled", { cause: unhandled[0] });
    if (clock.pending > 0) throw new Error("A timer was left behind");
  });
  const category = new Category(settings);
  t.teardown(async () => {
    const isDrained = await Promise.race([category.drained().then(() => true), clock.settle()]);
    if (isDrained !== true) return;
    const { writes, bytes } = settings.queue;
    if (writes > 0 || bytes > 0)
      throw new Error(`${writes} writes of ${bytes} bytes are counted and wait no more`);
  });
  return { category, settings, backend, clock, reported };
}

/** A promise with its means: what a test lets a loader wait for. */
export class Gate<T> {
  readonly opened: Promise<T>;
  open: (value: T) => void = () => {};
  fail: (reason: unknown) => void = () => {};

  constructor() {
    this.opened = new Promise((resolve, reject) => {
      this.open = resolve;
      this.fail = reject;
    });
  }
}
