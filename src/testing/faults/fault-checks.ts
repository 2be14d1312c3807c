/** What is claimed of a cache while its plugin goes wrong, and of the plugin thereafter. */
import { patternOf } from "../bytes.js";
import type { Fault } from "./fault.js";
import { faultKey } from "./fault.js";
import { notContained } from "./faulty-host.js";
import type { FaultyHost } from "./faulty-host.js";

/** One claim about a plugin that goes wrong. What was acknowledged is looked for after each. */
export interface FaultCheck {
  readonly title: string;
  /** @param memoryMb The plugin's `limits.memoryMb`. @param maxValueBytes The configuration's. */
  readonly run: (
    host: FaultyHost,
    limits: { readonly memoryMb: number; readonly maxValueBytes: number },
  ) => Promise<void>;
}

const MIB = 1024 * 1024;
/** Calls at once of each kind. */
const CALLS = 4;

/** Faults of a call, which its life survives. */
const OF_CALLS: Readonly<Record<string, Fault>> = {
  "is slow": "slow",
  throws: "throwing",
  "throws undefined": "throwing-nothing",
  "never settles": "hanging",
  "answers more than the largest value": "oversized",
};

/** Faults that end a life. */
const OF_LIVES: Readonly<Record<string, Fault>> = {
  spins: "spinning",
  "ends its thread": "exiting",
  "leaks memory": "leaking",
};

export const FAULT_CHECKS: readonly FaultCheck[] = [
  ...Object.entries(OF_CALLS).map(([what, fault]): FaultCheck => ({
    title: `while a get() ${what}, the cache answers in time, and the other keys as always`,
    async run(host, { maxValueBytes }) {
      await host.fill();
      const key = faultKey(fault, Math.ceil(maxValueBytes / MIB) + 1);
      const faulty = Array.from({ length: CALLS }, () => () => host.values.get(key, { fresh: false }));
      const ends = await host.settleInTime(what, [...faulty, ...host.gets]);
      expectFates(what, ends, faulty.length);
      if (host.plugin.lives !== 1)
        throw notContained(what, "the life of the plugin goes on", `${host.plugin.lives} lives`);
    },
  })),
  ...Object.entries(OF_LIVES).map(([what, fault]): FaultCheck => ({
    title: `when a get() ${what}, the cache answers in time, and the next life serves what was stored`,
    async run(host, { memoryMb }) {
      await host.fill();
      const key = faultKey(fault, Math.ceil(memoryMb * 1.3));
      await host.settleInTime(what, [() => host.values.get(key), ...host.gets]);
      await host.settleInTime(what, host.gets);
      await host.reachLife(2, what);
      await host.recover(what);
    },
  })),
  ...(["spinning", "exiting"] as const).map((fault): FaultCheck => ({
    title: `a life that ends ${fault === "spinning" ? "spinning" : "by itself"} in the middle of writes leaves each entry as it was or as it was to be`,
    async run(host) {
      const what = `a put() that goes on ${fault}`;
      await host.fill();
      const key = faultKey(fault);
      const [former, next] = [patternOf(3000, 1), patternOf(200_000, 2)];
      const others = Array.from({ length: CALLS }, (_, index) => `written ${index}`);
      for (const other of others) await host.insist(() => host.set(other, former));
      for (const other of others) host.ledger.begin(other, next);
      await host.settleInTime(what, [
        ...others.map((other) => () => host.values.set(other, next)),
        () => host.values.set(key, next),
      ]);
      await host.reachLife(2, what);
      await host.recover(what);
    },
  })),
  {
    title: "a restart by hand under load loses nothing that was acknowledged",
    async run(host) {
      const what = "a restart while entries are put";
      await host.fill();
      const sets = Array.from(
        { length: 40 },
        (_, index) => () => host.set(`during ${index}`, patternOf(5000, index)),
      );
      await host.settleInTime(what, [
        ...sets.slice(0, 20),
        () => host.stockpile.plugins.restart("tested"),
        ...sets.slice(20),
      ]);
      await host.recover(what);
    },
  },
];

/** The calls that went wrong failed, and the others did not. */
function expectFates(what: string, ends: readonly PromiseSettledResult<unknown>[], faulty: number): void {
  const answered = ends.slice(0, faulty).filter(({ status }) => status === "fulfilled").length;
  if (answered > 0)
    throw notContained(what, "each such call fails", `${answered} of ${faulty} were answered`);
  const failed = ends.slice(faulty).find((end) => end.status === "rejected");
  if (failed !== undefined)
    throw notContained(what, "calls for other keys are answered", String(failed.reason));
}
