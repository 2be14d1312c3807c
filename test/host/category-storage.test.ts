import test from "ava";
import { BackendError } from "../../src/contract/errors.js";
import { CategoryStorage } from "../../src/host/category-storage.js";
import { QueueBudget } from "../../src/host/calls/queue-budget.js";
import type { BackendClient } from "../../src/host/plugins/backend-client.js";

const KEY = { category: "c", key: "k" };

/** A client that notes what it is asked, and serves when told to. */
function makeClient(
  name: string,
  queuedWrites = 10,
): { client: BackendClient; asked: string[]; serve: () => void } {
  const asked: string[] = [];
  const listeners: (() => void)[] = [];
  const note = (operation: string) => async () => void asked.push(operation);
  const client = {
    pluginName: name,
    backendId: "main",
    isServing: false,
    queue: new QueueBudget({ queuedWrites, queuedBytes: 1000 }),
    onServing: (listener: () => void) => void listeners.push(listener),
    has: (ability: string) => ability === name,
    get: note("get"),
    put: note("put"),
    purge: note("purge"),
    getMany: note("getMany"),
    putMany: note("putMany"),
    purgeMany: note("purgeMany"),
    clear: note("clear"),
    scan: async ({ cursor }: { cursor?: string }) => {
      asked.push(`scan ${cursor}`);
      return { keys: [], cursor: `${cursor ?? ""}x` };
    },
  };
  const serve = (): void => {
    client.isServing = true;
    for (const listener of listeners) listener();
  };
  return { client: client as unknown as BackendClient, asked, serve }; // asked for no more
}

test("CategoryStorage passes everything on to the backend it stands for", async (t) => {
  const [first, second] = [makeClient("first"), makeClient("second")];
  const storage = new CategoryStorage(first.client);
  for (const { client, asked } of [first, second]) {
    storage.moveTo(client);
    t.is(storage.client, client);
    t.is(storage.pluginName, client.pluginName);
    t.is(storage.backendId, "main");
    t.is(storage.has(client.pluginName as "scan"), true);
    await storage.get(KEY); // oxlint-disable-line no-await-in-loop -- One backend after the other.
    await storage.put(KEY, { value: Uint8Array.of(1) }); // oxlint-disable-line no-await-in-loop -- As above.
    await storage.purge(KEY); // oxlint-disable-line no-await-in-loop -- As above.
    await storage.getMany([KEY]); // oxlint-disable-line no-await-in-loop -- As above.
    await storage.putMany([]); // oxlint-disable-line no-await-in-loop -- As above.
    await storage.purgeMany([]); // oxlint-disable-line no-await-in-loop -- As above.
    await storage.clear("c"); // oxlint-disable-line no-await-in-loop -- As above.
    t.deepEqual(asked, ["get", "put", "purge", "getMany", "putMany", "purgeMany", "clear"]);
  }
});

test("onServing() hears of the backend it stands for, and of one that serves when it moves there", (t) => {
  const [first, second] = [makeClient("first"), makeClient("second")];
  const storage = new CategoryStorage(first.client);
  let told = 0;
  storage.onServing(() => (told += 1));
  first.serve();
  t.is(told, 1);
  storage.moveTo(second.client);
  t.is(told, 1);
  first.serve();
  t.is(told, 1, "it is none of its business any more");
  second.serve();
  t.is(told, 2);
  storage.moveTo(first.client);
  t.is(told, 3);
  first.serve();
  t.is(told, 4, "once, though it has been there before");
});

test("Writes that wait are counted where they will go", (t) => {
  const [first, second] = [makeClient("first"), makeClient("second", 1)];
  const { queue } = new CategoryStorage(first.client);
  t.true(queue.admit(10));
  t.true(queue.admit(20));
  queue.hold();
  t.deepEqual([first.client.queue.writes, first.client.queue.bytes], [2, 30]);
  queue.moveTo(second.client.queue);
  t.deepEqual([first.client.queue.writes, first.client.queue.bytes], [0, 0]);
  t.deepEqual([second.client.queue.writes, second.client.queue.bytes], [2, 30], "more than it would take on");
  t.false(queue.admit(1));
  t.false(queue.fits(1, 0));
  queue.letGo();
  queue.release(20);
  queue.release(10);
  t.deepEqual([queue.writes, queue.bytes], [0, 0]);
  t.true(queue.admit(1));
});

test("A cursor leads on in the storage it came from, and nowhere else", async (t) => {
  const [first, second] = [makeClient("first"), makeClient("second")];
  const storage = new CategoryStorage(first.client);
  const page = await storage.scan({ category: "c", limit: 1 });
  const { cursor = "" } = await storage.scan({ category: "c", limit: 1, cursor: page.cursor ?? "" });
  t.deepEqual(first.asked, ["scan undefined", "scan x"]);
  storage.moveTo(second.client);
  const error = await t.throwsAsync(storage.scan({ category: "c", limit: 1, cursor }), {
    instanceOf: BackendError,
  });
  t.is(error.message, "Cannot scan category c: it is stored elsewhere since the last page");
  t.like(error, { pluginName: "second", backendId: "main", operation: "scan" });
  t.deepEqual(second.asked, []);
});
