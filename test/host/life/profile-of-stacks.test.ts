import test from "ava";
import { profileOfStacks } from "../../../src/host/life/profile-of-stacks.js";
import type { StackFrame } from "../../../src/contract/stack-samples.js";

const MAIN: StackFrame = ["main", "file:///a.mjs", 10, 2];
const LOOP: StackFrame = ["loop", "file:///a.mjs", 20, 4];
const LOOP_LATER: StackFrame = ["loop", "file:///a.mjs", 21, 6];
const INNER: StackFrame = ["inner", "file:///b.mjs", 1, 0];

test("profileOfStacks() makes a tree of what called what, with hits, samples and times", (t) => {
  const frames = [MAIN, LOOP, LOOP_LATER, INNER];
  const profile = profileOfStacks({
    frames,
    samples: [[1, 1, 0], [11.5, 3, 2, 0], [21.5, 2, 0], [31, 2, 0], [41]],
  });
  const nodes = profile.nodes.map(({ id, callFrame, hitCount, children }) => [
    id,
    callFrame.functionName,
    callFrame.lineNumber,
    hitCount,
    children.join(),
  ]);
  t.deepEqual(nodes, [
    [1, "(root)", -1, 0, "2,5"],
    [2, "main", 10, 0, "3"],
    // The place it was at most often.
    [3, "loop", 21, 3, "4"],
    [4, "inner", 1, 1, ""],
    [5, "(idle)", -1, 1, ""],
  ]);
  t.deepEqual(profile.samples, [3, 4, 3, 3, 5]);
  t.deepEqual(profile.timeDeltas, [1000, 10_500, 10_000, 9500, 10_000]);
  t.is(profile.startTime, 0);
  t.is(profile.endTime, 41_000);
});

test("profileOfStacks() tells functions without a name apart by their place", (t) => {
  const { nodes } = profileOfStacks({
    frames: [
      ["", "file:///a.mjs", 1, 2],
      ["", "file:///a.mjs", 3, 4],
    ],
    samples: [
      [1, 0],
      [2, 1],
      [3, 1],
    ],
  });
  t.deepEqual(
    nodes.map(({ callFrame, hitCount }) => [callFrame.lineNumber, hitCount]),
    [
      [-1, 0],
      [1, 1],
      [3, 2],
    ],
  );
});

test("profileOfStacks() makes nothing of no stacks", (t) => {
  const profile = profileOfStacks({ frames: [], samples: [] });
  t.is(profile.nodes.length, 1);
  t.deepEqual([profile.samples, profile.timeDeltas, profile.endTime], [[], [], 0]);
});
