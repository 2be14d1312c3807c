import test from "ava";
import type { StorageBackend, StoredEntry } from "../../src/contract/backend.js";
import { CALL_COLUMNS, Operation, RESULT_COLUMNS } from "../../src/contract/call-frames.js";
import type { CallFrame, ReplyFrame } from "../../src/contract/call-frames.js";
import { Pulse } from "../../src/contract/pulse.js";
import { CallServer } from "../../src/worker/call-server.js";
import { openBackends } from "./open-backends.js";

interface Harness {
  readonly server: CallServer;
  /** Frames that left by themselves. */
  readonly settled: ReplyFrame[];
}

async function makeServer(get: StorageBackend["get"]): Promise<Harness> {
  const settled: ReplyFrame[] = [];
  const server = new CallServer({
    backends: await openBackends({ get }),
    pulse: new Pulse(),
    maxValueBytes: 1000,
    settle: (frame) => void settled.push(frame),
  });
  return { server, settled };
}

/** A frame of gets, numbered from `first`. */
function getsOf(first: number, keys: readonly string[]): CallFrame {
  const rows = new Float64Array(keys.length * CALL_COLUMNS);
  for (let index = 0; index < keys.length; index += 1) {
    rows.set([Operation.get, 0, 500, 0, 0, 0, NaN], index * CALL_COLUMNS);
  }
  return { first, rows, categories: ["c"], subjects: keys };
}

function sequencesOf({ rows }: ReplyFrame): number[] {
  return Array.from(
    { length: rows.length / RESULT_COLUMNS },
    (_, index) => rows[index * RESULT_COLUMNS] ?? 0,
  );
}

/** When microtasks, ticks and what they have begun have run. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

test("invoke() answers before the next tick when every backend answered at once", async (t) => {
  const { server, settled } = await makeServer(() => undefined);
  const order: string[] = [];
  process.nextTick(() => order.push("tick"));
  const reply = await server.invoke(getsOf(1, ["a", "b"])).finally(() => order.push("answer"));
  await nextTurn();
  t.deepEqual(sequencesOf(reply), [1, 2]);
  t.deepEqual(order, ["answer", "tick"]);
  t.deepEqual(settled, []);
});

test("A result that is late travels with the answer of the frame whose turn it is ready in", async (t) => {
  const { promise, resolve } = withResolvers();
  const { server, settled } = await makeServer(({ key }) => (key === "late" ? promise : undefined));
  const first = await server.invoke(getsOf(1, ["late"]));
  t.deepEqual(sequencesOf(first), []);
  resolve(undefined);
  const second = await server.invoke(getsOf(2, ["a"]));
  t.deepEqual(sequencesOf(second), [2, 1]);
  await nextTurn();
  t.deepEqual(settled, []);
});

test("A result that is late leaves by itself when no frame is being answered", async (t) => {
  const { promise, resolve } = withResolvers();
  const { server, settled } = await makeServer(() => promise);
  await server.invoke(getsOf(1, ["late", "late"]));
  resolve(undefined);
  await nextTurn();
  t.deepEqual(settled.map(sequencesOf), [[1, 2]]);
  const [row] = sequencesOf(await server.invoke(getsOf(3, ["late"])));
  t.is(row, 3, "what was under way is counted off");
});

function withResolvers(): {
  readonly promise: Promise<StoredEntry | undefined>;
  readonly resolve: (entry: StoredEntry | undefined) => void;
} {
  let resolve: (entry: StoredEntry | undefined) => void = () => {};
  const promise = new Promise<StoredEntry | undefined>((resolveIt) => (resolve = resolveIt));
  return { promise, resolve: (entry) => resolve(entry) };
}
