/** Faults of memory: each grows in a shape of its own, because V8 ends differently for each. */
import type { Moment } from "../cells/cell.js";
import type { PluginFault } from "./fault.js";

/** Growth does not depend on whose call it is in: one of each kind of moment. */
const MOMENTS_OF_GROWTH: readonly Moment[] = [
  "load",
  "initialise",
  "open",
  "get",
  "put",
  "scan",
  "close",
  "idle",
];
const MB = 1024 * 1024;
/** Above `--max-old-space-size` defaults of small machines, in elements of 8 bytes: 960 MB. */
const HUGE_ARRAY = 120e6;
/** More parts than V8 allows an array to have. */
const HUGE_SPLIT = 2 ** 27;
/** Kept alive, or the loop's garbage would be collected. */
const kept: unknown[] = [];

export const MEMORY_FAULTS: readonly PluginFault[] = [
  {
    group: "memory",
    name: "push without end",
    why: "A growing array aborts the whole process when it meets V8's own limit",
    moments: MOMENTS_OF_GROWTH,
    nature: "swells",
    inject: () => {
      for (;;) kept.push({});
    },
  },
  {
    group: "memory",
    name: "one huge array",
    why: "1 GB in one builtin, which answers no interrupt until it is done",
    moments: ["load", "get", "put", "idle"],
    nature: "swells",
    inject: () => {
      kept.push(new Array(HUGE_ARRAY).fill(7));
      for (;;); // It is seen only if it is still there.
    },
  },
  {
    group: "memory",
    name: "buffers without end",
    why: "They lie outside V8's heap, so that no limit of V8's sees them",
    moments: MOMENTS_OF_GROWTH,
    nature: "swells",
    inject: () => {
      for (;;) kept.push(Buffer.alloc(MB, 1));
    },
  },
  {
    group: "memory",
    name: "a Map without end",
    why: "The cache without a bound: the leak that everybody has written once",
    moments: MOMENTS_OF_GROWTH,
    nature: "swells",
    inject: () => {
      const map = new Map<number, string>();
      for (let index = 0; ; index += 1) map.set(index, `${index}`.padEnd(1000, "x"));
    },
  },
  {
    group: "memory",
    name: "strings without end",
    why: "Text that is put together piece by piece",
    moments: MOMENTS_OF_GROWTH,
    nature: "swells",
    inject: () => {
      const texts: string[] = [];
      // A string that is repeated is one with many references until somebody writes it out.
      for (;;) texts.push(JSON.stringify("x".repeat(MB)));
    },
  },
  {
    group: "memory",
    name: "split into 2^27 parts",
    why: "One builtin asked for more than V8 allows aborts its process at once, below every limit",
    moments: ["load", "get", "put", "idle"],
    nature: { thread: "swells", process: "dies" },
    // V8 says of it that it is out of memory.
    mayEndAs: ["memory"],
    inject: () => void kept.push("x".repeat(HUGE_SPLIT).split("")),
  },
];
