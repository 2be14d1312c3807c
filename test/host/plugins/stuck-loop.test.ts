import test from "ava";
import { profileOfStacks } from "../../../src/host/life/profile-of-stacks.js";
import type { CpuProfile } from "../../../src/host/life/cpu-profile.js";
import type { Life } from "../../../src/host/life/life.js";
import { nameStuck } from "../../../src/host/plugins/name-stuck.js";
import { StuckLoop } from "../../../src/host/plugins/stuck-loop.js";

const PROFILE = profileOfStacks({
  frames: [["spin", "file:///plugins/shelf.mjs", 11, 4]],
  samples: [[1, 0]],
});
const LIMIT_MS = 1000;
const BLOCKED = { isTurning: false, limitMs: LIMIT_MS, isOverMemory: false };
const TURNING = { isTurning: true, blockedMs: 0, limitMs: LIMIT_MS, isOverMemory: false };

interface Harness {
  readonly loop: StuckLoop;
  /** How long the profiles are to take that were asked for. */
  readonly asked: number[];
  /** Answers them, oldest first. */
  readonly answer: (profile?: CpuProfile) => Promise<void>;
}

function makeLoop(): Harness {
  const asked: number[] = [];
  const resolves: ((profile: CpuProfile | undefined) => void)[] = [];
  const life: Pick<Life, "profile"> = {
    profile: (durationMs) => {
      asked.push(durationMs);
      return new Promise((resolve) => resolves.push(resolve));
    },
  };
  return {
    loop: new StuckLoop(life as Life), // it asks for nothing else
    asked,
    answer: async (profile) => {
      resolves.shift()?.(profile);
      await Promise.resolve();
    },
  };
}

test("StuckLoop looks into a loop once it has been blocked for half of its limit, and not before", async (t) => {
  const { loop, asked, answer } = makeLoop();
  loop.look({ ...BLOCKED, blockedMs: 499 });
  t.deepEqual(asked, []);
  loop.look({ ...BLOCKED, blockedMs: 500 });
  loop.look({ ...BLOCKED, blockedMs: 550 });
  t.deepEqual(asked, [250]);
  t.true(loop.isLookingInto);
  t.is(loop.profile, undefined);
  await answer(PROFILE);
  t.false(loop.isLookingInto);
  loop.look({ ...BLOCKED, blockedMs: 900 });
  t.deepEqual(asked, [250]);
  t.is(loop.profile, PROFILE);
});

test("StuckLoop takes half a second at most, and a tenth of one that allocates over its cap", (t) => {
  const patient = makeLoop();
  patient.loop.look({ ...BLOCKED, limitMs: 60_000, blockedMs: 30_000 });
  t.deepEqual(patient.asked, [500]);
  const hungry = makeLoop();
  hungry.loop.look({ ...BLOCKED, blockedMs: 50, isOverMemory: true });
  t.deepEqual(hungry.asked, [100]);
});

test("StuckLoop forgets what it knows when the loop turns, also what comes later", async (t) => {
  const { loop, asked, answer } = makeLoop();
  loop.look({ ...BLOCKED, blockedMs: 500 });
  await answer(PROFILE);
  loop.look(TURNING);
  t.is(loop.profile, undefined);
  loop.look({ ...BLOCKED, blockedMs: 500 });
  loop.look(TURNING);
  t.false(loop.isLookingInto);
  await answer(PROFILE);
  t.is(loop.profile, undefined);
  t.is(asked.length, 2);
});

test("StuckLoop tries again where nothing was answered, three times in all", async (t) => {
  const { loop, asked, answer } = makeLoop();
  for (let count = 0; count < 5; count += 1) {
    loop.look({ ...BLOCKED, blockedMs: 500 });
    await answer();
  }
  t.is(asked.length, 3);
  loop.look(TURNING);
  loop.look({ ...BLOCKED, blockedMs: 500 });
  t.is(asked.length, 4);
});

test("StuckLoop has nothing of a life that cannot be looked into", async (t) => {
  const loop = new StuckLoop({} as Life); // without `profile`
  loop.look({ ...BLOCKED, blockedMs: 500 });
  await Promise.resolve();
  t.is(loop.profile, undefined);
  t.false(loop.isLookingInto);
});

test("nameStuck() says where, in words that complete the message", (t) => {
  const stuckIn = { function: "spin", file: "/plugins/shelf.mjs", line: 12, column: 5 };
  t.deepEqual(nameStuck({ kind: "hang", message: "The loop has been blocked for 1000 ms" }, PROFILE), {
    kind: "hang",
    message: "The loop has been blocked for 1000 ms in spin (shelf.mjs:12:5)",
    stuckIn,
  });
  t.is(
    nameStuck({ kind: "memory", message: "It uses more than its 64 MB" }, PROFILE).message,
    "It uses more than its 64 MB while its event loop was blocked in spin (shelf.mjs:12:5)",
  );
  const end = { kind: "hang", message: "m" } as const;
  t.is(nameStuck(end, undefined), end);
  t.is(nameStuck(end, profileOfStacks({ frames: [], samples: [[1]] })), end);
});
