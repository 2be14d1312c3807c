import test from "ava";
import { ServedCall } from "../../src/worker/call-context.js";

/** How many timers keep the process alive or could: those of a signal do not, so they are counted otherwise. */
function countTimers(make: () => void): number {
  const original = globalThis.setTimeout;
  let count = 0;
  globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
    count += 1;
    return original(...args);
  }, original);
  try {
    make();
  } finally {
    globalThis.setTimeout = original;
  }
  return count;
}

test.serial("ServedCall makes a signal and a timer only when asked for", (t) => {
  const live = new Set<ServedCall>();
  t.is(
    countTimers(() => {
      const call = new ServedCall(1000, live);
      t.true(call.deadline > Date.now());
      call.end();
    }),
    0,
  );
  t.is(live.size, 0);
  const call = new ServedCall(1000, live);
  t.is(
    countTimers(() => t.is(call.signal, call.signal)),
    1,
  );
  t.true(live.has(call));
  call.end();
  t.is(live.size, 0);
});

test("A signal whose call has ended does not abort, and leaves no timer", (t) => {
  const live = new Set<ServedCall>();
  const call = new ServedCall(0, live);
  const { signal } = call;
  call.end();
  t.is(live.size, 0);
  t.false(signal.aborted);
});

test.serial("A signal that is asked for after the call has ended has no timer either", (t) => {
  const live = new Set<ServedCall>();
  const call = new ServedCall(1000, live);
  call.end();
  t.is(
    countTimers(() => t.false(call.signal.aborted)),
    0,
  );
  t.is(live.size, 0);
});

test("abort() aborts with its reason and forgets the call", (t) => {
  const live = new Set<ServedCall>();
  const call = new ServedCall(1000, live);
  const { signal } = call;
  const reason = new Error("stop");
  call.abort(reason);
  t.is(signal.reason, reason);
  t.is(live.size, 0);
});

test.serial("A call that may take longer than a timer can last is not aborted at once", (t) => {
  const delays: unknown[] = [];
  const original = globalThis.setTimeout;
  globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
    delays.push(args[1]);
    return original(...args);
  }, original);
  t.teardown(() => {
    globalThis.setTimeout = original;
  });
  const call = new ServedCall(10 * 365 * 86_400_000, new Set());
  t.false(call.signal.aborted);
  call.end();
  t.deepEqual(delays, [2 ** 31 - 1]);
});
