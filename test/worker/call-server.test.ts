import { setImmediate as turn } from "node:timers/promises";
import test from "ava";
import type { CallContext, EntryKey, StorageBackend, StoredEntry } from "../../src/contract/backend.js";
import { CALL, CALL_COLUMNS, Operation, RESULT, RESULT_COLUMNS } from "../../src/contract/call-frames.js";
import type { CallFrame, OperationCode, ReplyFrame } from "../../src/contract/call-frames.js";
import { Pulse } from "../../src/contract/pulse.js";
import { isWireError } from "../../src/contract/wire-error.js";
import type { WireError } from "../../src/contract/wire-error.js";
import { readReply } from "../../src/host/calls/read-reply.js";
import { CallServer } from "../../src/worker/call-server.js";
import { openBackends } from "./open-backends.js";

const MAX_VALUE_BYTES = 8;
const BUDGET_MS = 60_000;

/** One call: an operation, and the key it is about or whatever else its subject is. */
type Asked = readonly [operation: OperationCode, subject: unknown];

interface Harness {
  readonly server: CallServer;
  readonly pulse: Pulse;
  /** Results that came late, frame by frame, read as the host does. */
  readonly settled: Result[][];
  /** Sends calls numbered from `first`; resolves with those results that the answer brings. */
  readonly invoke: (calls: readonly Asked[], first?: number, budgetMs?: number) => Promise<Result[]>;
}

type Result = readonly [sequence: number, result: unknown];

async function makeServer(backend: Partial<StorageBackend>): Promise<Harness> {
  const pulse = new Pulse();
  const settled: Result[][] = [];
  const server = new CallServer({
    backends: await openBackends(backend),
    pulse,
    maxValueBytes: MAX_VALUE_BYTES,
    settle: (frame) => void settled.push(resultsOf(frame)),
  });
  return {
    server,
    pulse,
    settled,
    invoke: async (calls, first = 1, budgetMs = BUDGET_MS) =>
      resultsOf(await server.invoke(frameOf(calls, first, budgetMs))),
  };
}

function frameOf(calls: readonly Asked[], first: number, budgetMs: number, handle = 0): CallFrame {
  const rows = new Float64Array(calls.length * CALL_COLUMNS);
  for (const [index, [operation]] of calls.entries()) {
    const at = index * CALL_COLUMNS;
    rows[at + CALL.operation] = operation;
    rows[at + CALL.handle] = handle;
    rows[at + CALL.budgetMs] = budgetMs;
    rows[at + CALL.expiresAt] = NaN;
  }
  return { first, rows, categories: ["c"], subjects: calls.map(([, subject]) => subject) };
}

/** All results of a reply, as the host reads them; errors stand for themselves. */
function resultsOf(frame: ReplyFrame): Result[] {
  const results: Result[] = [];
  const fault = readReply(structuredClone(frame), {
    maxItems: () => 100,
    result: (sequence, result) => void results.push([sequence, result]),
    error: (sequence, error) => void results.push([sequence, error]),
  });
  if (fault !== undefined) throw new Error(fault);
  return results;
}

function sequencesOf(results: readonly Result[]): number[] {
  return results.map(([sequence]) => sequence);
}

function errorOf(results: readonly Result[]): WireError {
  const error = results[0]?.[1];
  if (isWireError(error)) return error;
  throw new TypeError(`expected one error: received ${JSON.stringify(results)}`);
}

const entry = (byte: number): StoredEntry => ({ value: Uint8Array.of(byte) });

/** `depth` microtasks from now. */
async function after<T>(value: T, depth: number): Promise<T> {
  for (let count = 0; count < depth; count += 1) await Promise.resolve();
  return value;
}

test("invoke() answers what is ready at once together with what microtasks settle", async (t) => {
  const { invoke, settled } = await makeServer({
    get: ({ key }) => (key === "sync" ? entry(1) : after(entry(2), Number(key))),
  });
  const results = await invoke([
    [Operation.get, "sync"],
    [Operation.get, "1"],
    [Operation.get, "50"],
  ]);
  t.deepEqual(
    results.toSorted(([a], [b]) => a - b),
    [
      [1, entry(1)],
      [2, entry(2)],
      [3, entry(2)],
    ],
  );
  await turn();
  t.deepEqual(settled, []);
});

test("invoke() does not wait for a slow call, whose result comes by settle()", async (t) => {
  let finish: (value: StoredEntry) => void = () => {};
  const { invoke, settled } = await makeServer({
    get: ({ key }) => (key === "slow" ? new Promise((resolve) => (finish = resolve)) : entry(1)),
  });
  t.deepEqual(
    await invoke([
      [Operation.get, "slow"],
      [Operation.get, "quick"],
    ]),
    [[2, entry(1)]],
  );
  t.deepEqual(settled, []);
  finish(entry(9));
  await turn();
  t.deepEqual(settled, [[[1, entry(9)]]]);
});

test("settle() brings the late results of one turn in one frame", async (t) => {
  const finish: (() => void)[] = [];
  const { invoke, settled } = await makeServer({
    put: () => new Promise((resolve) => finish.push(resolve)),
  });
  t.deepEqual(await invoke([1, 2, 3].map((key) => [Operation.put, `${key}`] as const)), []);
  finish[2]?.();
  finish[0]?.();
  await turn();
  finish[1]?.();
  await turn();
  t.deepEqual(settled.map(sequencesOf), [[3, 1], [2]]);
});

test("invoke() answers each of several frames of one turn, what microtasks settle in the first", async (t) => {
  const { invoke, settled } = await makeServer({ put: async () => {} });
  const answers = await Promise.all([
    invoke([[Operation.put, "a"]], 1),
    invoke([[Operation.put, "b"]], 2),
    invoke([[Operation.put, "c"]], 3),
  ]);
  t.deepEqual(answers.map(sequencesOf), [[1, 2, 3], [], []]);
  t.deepEqual(settled, []);
});

test("Every call is answered, also for a backend that is not open", async (t) => {
  const { server } = await makeServer({});
  const results = resultsOf(await server.invoke(frameOf([[Operation.get, "k"]], 1, BUDGET_MS, 5)));
  t.is(errorOf(results).message, "The storage backend is not open");
});

const thrown = Object.assign(new RangeError("on purpose", { cause: new Error("why") }), { code: "E_WHY" });

for (const [what, get, message] of [
  ["throws", () => raise(thrown), "on purpose"],
  ["rejects", () => Promise.reject(thrown), "on purpose"],
  ["throws null", () => raise(null), "Non-error thrown: null"],
  ["rejects with undefined", () => Promise.reject(undefined), "Non-error thrown: undefined"],
  [
    "answers null",
    () => null,
    "Wrong result of get: expected { value: Uint8Array, expiresAt?: number } or undefined: received null",
  ],
  [
    "answers text later",
    async () => "text",
    "Wrong result of get: expected { value: Uint8Array, expiresAt?: number } or undefined: received string",
  ],
  [
    "answers a function",
    () => () => {},
    "Wrong result of get: expected { value: Uint8Array, expiresAt?: number } or undefined: received function",
  ],
  [
    "answers too large a value",
    () => ({ value: new Uint8Array(9) }),
    "Wrong result of get: expected at most 8 bytes: received 9",
  ],
  ["answers a thenable that throws", () => ({ then: () => raise(thrown) }), "on purpose"],
  [
    "answers a thenable that rejects",
    () => ({ then: (_: unknown, no: (error: unknown) => void) => no(thrown) }),
    "on purpose",
  ],
  ["answers what throws when asked for then", () => trapped("then"), "getter of then"],
  [
    "answers what throws when asked for its value",
    () => trapped("value"),
    "Wrong result of get: getter of value",
  ],
  [
    "answers later what throws when asked for its value",
    async () => trapped("value"),
    "Wrong result of get: getter of value",
  ],
  ["throws what cannot be read", () => raise(trapped("message")), "Value thrown that cannot be read"],
] as [string, () => unknown, string][]) {
  test(`A get that ${what} is answered with an error, and its neighbours are not affected`, async (t) => {
    const { invoke } = await makeServer({
      get: (({ key }: EntryKey) => (key === "bad" ? get() : entry(1))) as StorageBackend["get"], // the lie under test
    });
    const results = await invoke([
      [Operation.get, "good"],
      [Operation.get, "bad"],
      [Operation.get, "good"],
    ]);
    const bySequence = results.toSorted(([a], [b]) => a - b);
    t.deepEqual(sequencesOf(bySequence), [1, 2, 3]);
    t.is(errorOf(bySequence.slice(1)).message, message);
    t.deepEqual(bySequence[0]?.[1], entry(1));
    t.deepEqual(bySequence[2]?.[1], entry(1));
  });
}

test("An error keeps its name, code and cause on its way", async (t) => {
  const { invoke } = await makeServer({ get: () => raise(thrown) });
  t.like(errorOf(await invoke([[Operation.get, "k"]])), {
    name: "RangeError",
    message: "on purpose",
    code: "E_WHY",
    stack: thrown.stack,
    cause: { name: "Error", message: "why" },
  });
});

test("A wrong result whose error is too long is answered in a form the host admits", async (t) => {
  const { invoke } = await makeServer({ get: () => trapped("value", "m".repeat(10_000)) as never });
  const { message } = errorOf(await invoke([[Operation.get, "k"]]));
  t.is(message.length, 4096);
});

test("The sequence number of a call is in the pulse while its synchronous part runs", async (t) => {
  const seen: [number, number][] = [];
  const harness: Harness = await makeServer({
    get: async ({ key }) => {
      seen.push([harness.pulse.executing, harness.pulse.received]);
      await Promise.resolve();
      seen.push([harness.pulse.executing, harness.pulse.received]);
      return key === "throw" ? raise(new Error("m")) : undefined;
    },
    put: () => {
      seen.push([harness.pulse.executing, harness.pulse.received]);
      throw new Error("m");
    },
  });
  await harness.invoke([[Operation.get, "k"]], 41);
  await harness.invoke([[Operation.put, "k"]], 42);
  t.deepEqual(seen, [
    [41, 41],
    [0, 41],
    [42, 42],
  ]);
  t.is(harness.pulse.executing, 0);
});

test("A signal is aborted when the call's deadline passes, with a TimeoutError", async (t) => {
  let heard: unknown;
  const { invoke, settled } = await makeServer({
    get: (_key, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          heard = signal.reason;
          reject(signal.reason as Error);
        });
        keepAlive(t, signal);
      }),
  });
  t.deepEqual(await invoke([[Operation.get, "k"]], 1, 20), []);
  while (settled.length === 0) await turn();
  t.like(heard, { name: "TimeoutError" });
  t.is(errorOf(settled[0] ?? []).name, "TimeoutError");
});

test("close() aborts the signals of calls under way, and of no call that has ended", async (t) => {
  const contexts: CallContext[] = [];
  const { server, invoke } = await makeServer({
    get: ({ key }, call) => {
      contexts.push(call);
      t.false(call.signal.aborted);
      return key === "slow" ? new Promise(() => {}) : undefined;
    },
  });
  await invoke([
    [Operation.get, "quick"],
    [Operation.get, "slow"],
  ]);
  server.close();
  server.close();
  t.deepEqual(
    contexts.map(({ signal }) => signal.aborted),
    [false, true],
  );
  t.like(contexts[1]?.signal.reason, { name: "AbortError" });
});

test("A call's deadline is known without a signal being made", async (t) => {
  let deadline = 0;
  const before = Date.now();
  const { invoke } = await makeServer({
    get: (_key, call) => {
      ({ deadline } = call);
      return undefined;
    },
  });
  await invoke([[Operation.get, "k"]], 1, 1000);
  t.true(deadline >= before + 1000 && deadline <= Date.now() + 1000);
});

function raise(error: unknown): never {
  throw error;
}

function trapped(field: string, message: string = `getter of ${field}`): object {
  return Object.defineProperty({}, field, {
    get() {
      throw new Error(message);
    },
  });
}

/** The timer of a signal alone keeps no process alive: this does until it has fired. */
function keepAlive(t: { teardown(fn: () => void): void }, signal: AbortSignal): void {
  const timer = setInterval(() => {}, 1000);
  signal.addEventListener("abort", () => clearInterval(timer));
  t.teardown(() => clearInterval(timer));
}

test("Results and errors are laid out as docs/protocol.md says", async (t) => {
  const { server } = await makeServer({ get: () => entry(7) });
  const { rows, bytes } = await server.invoke(frameOf([[Operation.get, "k"]], 3, BUDGET_MS));
  t.is(rows.length, RESULT_COLUMNS);
  t.is(rows[RESULT.sequence], 3);
  t.deepEqual(bytes, Uint8Array.of(7));
});
