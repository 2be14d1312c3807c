/** Faults of calls: a step or an answer that is not what it should be, from code that is otherwise in order. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Moment } from "../cells/cell.js";
import type { PluginFault } from "./fault.js";

/** All moments at which somebody waits for something. */
const AWAITED: readonly Moment[] = ["load", "initialise", "open", "get", "put", "purge", "scan", "close"];
/** Later than `limits.call` of the stage, before its `limits.hang` and `limits.stop`, in ms. */
const LATE_MS = 350;
/** Above the default `maxValueBytes` of 8 MiB. */
const TOO_MANY_BYTES = 9 * 1024 * 1024;
/** More keys than any page was asked for. */
const TOO_MANY_KEYS = 100_000;
/** Of an error's message, in characters: to read its stack takes some 40 ms, which is the plugin's own to spend. */
const HUGE_MESSAGE = 10_000_000;
/** Of an error's causes. */
const HUGE_DEPTH = 1000;

export const CALL_FAULTS: readonly PluginFault[] = [
  {
    group: "calls",
    name: "throw",
    why: "The most common mistake of all: an exception nobody caught",
    moments: AWAITED,
    nature: "fails",
    inject: () => {
      throw new RangeError("thrown on purpose");
    },
  },
  {
    group: "calls",
    name: "reject",
    why: "The same from a promise, in a later turn of the loop",
    moments: AWAITED,
    nature: "fails",
    inject: async () => {
      await sleep(5);
      throw new RangeError("rejected on purpose");
    },
  },
  {
    group: "calls",
    name: "throw null",
    why: "Anything can be thrown, and code that reads its message dies of it",
    moments: AWAITED,
    nature: "fails",
    inject: () => {
      throw null;
    },
  },
  {
    group: "calls",
    name: "throw a huge error",
    why: "A message of 10 MB and 1,000 causes must not cross as they are",
    moments: AWAITED,
    nature: "fails",
    inject: () => {
      throw hugeError();
    },
  },
  {
    group: "calls",
    name: "throw what cannot be cloned",
    why: "What cannot cross must become an error that can",
    moments: AWAITED,
    nature: "fails",
    inject: () => {
      throw Object.assign(new Error("with a function"), { hook: () => 1, cause: new Proxy({}, {}) });
    },
  },
  {
    group: "calls",
    name: "never settle",
    why: "A lost callback: nothing fails, and nothing ever comes",
    moments: AWAITED,
    nature: "pends",
    inject: () => new Promise(() => {}),
  },
  {
    group: "calls",
    name: "answer late",
    why: "An answer after its deadline must not be taken for that of another call, nor a late write win over a newer one",
    moments: AWAITED,
    nature: "delays",
    inject: ({ proceed, pace }) => sleep(LATE_MS * pace).then(proceed),
  },
  {
    group: "calls",
    name: "answer garbage",
    why: "An answer of another shape than the contract's",
    moments: ["load", "open", "get", "scan"],
    nature: "lies",
    inject: () => ({ value: 42, keys: "nonsense", metadata: [] }),
  },
  {
    group: "calls",
    name: "answer another key's value",
    why: "A backend that mixes up keys must not hand one user's data to another",
    moments: ["get"],
    nature: "misses",
    inject: ({ proceedElsewhere }) => proceedElsewhere(),
  },
  {
    group: "calls",
    name: "answer too much",
    why: "A value over the limit, or a page of 100,000 keys, must not cross",
    moments: ["get", "scan"],
    nature: "lies",
    inject: ({ moment }) =>
      moment === "get"
        ? { value: new Uint8Array(TOO_MANY_BYTES) }
        : { keys: Array.from({ length: TOO_MANY_KEYS }, (_, index) => `key ${index}`) },
  },
  {
    group: "calls",
    name: "answer what cannot be cloned",
    why: "A function in an answer would end the thread's task, were it posted as it is",
    moments: ["get", "scan"],
    nature: "lies",
    inject: () => ({ value: () => 1, keys: [() => 1], cursor: Symbol("cursor") }),
  },
];

function hugeError(): Error {
  let cause = new Error("the innermost");
  for (let depth = 0; depth < HUGE_DEPTH; depth += 1) cause = new Error(`cause ${depth}`, { cause });
  return new Error("x".repeat(HUGE_MESSAGE), { cause });
}
