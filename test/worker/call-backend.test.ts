import test from "ava";
import type { CallContext, EntryKey, StorageBackend } from "../../src/contract/backend.js";
import { Operation } from "../../src/contract/call-frames.js";
import { callBackend } from "../../src/worker/call-backend.js";
import type { BackendCall } from "../../src/worker/call-backend.js";

const CONTEXT: CallContext = { signal: new AbortController().signal, deadline: 1 };
const A = { category: "c", key: "a" };
const B = { category: "d", key: "b" };
const PACKED = [
  ["c", "a"],
  ["d", "b"],
];

/** A backend without optional methods, with what is given in place of the required ones or beside them. */
function makeBackend(methods: Partial<StorageBackend> = {}): StorageBackend {
  return { get: () => undefined, put: () => {}, purge: () => {}, ...methods };
}

function call(backend: StorageBackend, fields: Partial<BackendCall>): unknown {
  const { operation = Operation.get, category = "c", subject = "k", start = 0, end = 0 } = fields;
  const { expiresAt, bytes } = fields;
  return callBackend({ backend, operation, category, subject, start, end, expiresAt, bytes }, CONTEXT);
}

test("getMany without a method of that name asks for each key, in order", async (t) => {
  const asked: unknown[] = [];
  const backend = makeBackend({
    get: (key, context) => {
      asked.push([key, context]);
      return key.key === "b" ? { value: Uint8Array.of(2) } : undefined;
    },
  });
  const result = await call(backend, { operation: Operation.getMany, subject: PACKED });
  t.deepEqual(result, [undefined, { value: Uint8Array.of(2) }]);
  t.deepEqual(asked, [
    [A, CONTEXT],
    [B, CONTEXT],
  ]);
});

test("getMany without a method of that name fails if one key does, thrown or rejected", async (t) => {
  const backend = makeBackend({
    get: ({ key }) => {
      if (key === "b") throw new Error("no b");
      return undefined;
    },
  });
  await t.throwsAsync(async () => call(backend, { operation: Operation.getMany, subject: PACKED }), {
    message: "no b",
  });
});

for (const [name, subject] of [
  ["putMany", PACKED.map((key) => [key, [0, 1, undefined]])],
  ["purgeMany", PACKED],
] as const) {
  const single = name === "putMany" ? "put" : "purge";

  test(`${name} without a method of that name calls ${single} for each key`, async (t) => {
    const keys: EntryKey[] = [];
    const backend = makeBackend({ [single]: (key: EntryKey) => void keys.push(key) });
    await call(backend, { operation: Operation[name], subject, bytes: Uint8Array.of(1) });
    t.deepEqual(keys, [A, B]);
  });

  test(`${name} without a method of that name waits for all, then reports the first failure`, async (t) => {
    let finish: () => void = () => {};
    const backend = makeBackend({
      [single]: ({ key }: EntryKey) => {
        if (key === "a") throw new Error("no a");
        return new Promise<void>((resolve) => (finish = resolve));
      },
    });
    let isSettled = false;
    const result = (async () => call(backend, { operation: Operation[name], subject }))().finally(
      () => (isSettled = true),
    );
    const failed = t.throwsAsync(result, { message: "no a" });
    await new Promise((resolve) => setImmediate(resolve));
    t.false(isSettled);
    finish();
    await failed;
  });
}

for (const name of ["scan", "clear", "ping"] as const) {
  test(`${name} fails where the backend has no method of that name`, (t) => {
    t.throws(() => call(makeBackend(), { operation: Operation[name] }), {
      message: `The storage backend has no method "${name}"`,
    });
  });
}

test("Methods are called on their backend", async (t) => {
  class Backend {
    readonly #name = "main";
    get = undefined as never;
    put = undefined as never;
    purge = undefined as never;
    ping(): void {
      t.is(this.#name, "main");
    }
    clear(category: string): void {
      t.is(`${this.#name} ${category}`, "main c");
    }
    scan({ category }: { readonly category: string }): { keys: string[] } {
      return { keys: [`${this.#name} ${category}`] };
    }
  }
  const backend = new Backend();
  t.plan(3);
  await call(backend, { operation: Operation.ping });
  await call(backend, { operation: Operation.clear });
  t.deepEqual(await call(backend, { operation: Operation.scan, subject: { category: "c", limit: 1 } }), {
    keys: ["main c"],
  });
});

test("put hands over a value in memory of its own", (t) => {
  const bytes = Uint8Array.of(1, 2, 3, 4);
  const values: Uint8Array[] = [];
  const backend = makeBackend({ put: (_key, { value }) => void values.push(value) });
  call(backend, { operation: Operation.put, start: 1, end: 3, bytes });
  t.deepEqual(values, [Uint8Array.of(2, 3)]);
  t.is(values[0]?.buffer.byteLength, 2, "a whole frame would be kept alive with it");
  call(backend, { operation: Operation.put, start: 0, end: 4, bytes });
  t.is(values[1], bytes, "alone in its frame it needs no copy");
});

test("put of an empty value hands over an empty value", (t) => {
  const entries: unknown[] = [];
  const backend = makeBackend({ put: (_key, entry) => void entries.push(entry) });
  call(backend, { operation: Operation.put, expiresAt: 5 });
  call(backend, { operation: Operation.put, bytes: Uint8Array.of(1) });
  t.deepEqual(entries, [{ value: new Uint8Array(0), expiresAt: 5 }, { value: new Uint8Array(0) }]);
});

test("An operation that is none fails", (t) => {
  t.throws(() => call(makeBackend(), { operation: 99 as never }), { message: "Operation 99 is unknown" });
});
