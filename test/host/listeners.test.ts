import { setImmediate as turn } from "node:timers/promises";
import test from "ava";
import { Listeners } from "../../src/host/listeners.js";

interface Harness {
  readonly listeners: Listeners<string>;
  readonly errors: unknown[];
}

function makeListeners(): Harness {
  const errors: unknown[] = [];
  return { listeners: new Listeners((error) => void errors.push(error)), errors };
}

test("emit() tells each listener, in the order they were added, before it returns", (t) => {
  const { listeners } = makeListeners();
  const heard: string[] = [];
  listeners.add((event) => void heard.push(`first ${event}`));
  listeners.add((event) => void heard.push(`second ${event}`));
  listeners.emit("a");
  t.deepEqual(heard, ["first a", "second a"]);
});

test("What a listener throws is reported, and the others are told", async (t) => {
  const { listeners, errors } = makeListeners();
  const heard: string[] = [];
  const error = new Error("on purpose");
  listeners.add(() => {
    throw error;
  });
  listeners.add((event) => void heard.push(event));
  listeners.emit("a");
  t.deepEqual(heard, ["a"]);
  await turn();
  t.deepEqual(errors, [error]);
});

test("What an async listener rejects with is reported, and ends no process", async (t) => {
  const { listeners, errors } = makeListeners();
  const error = new Error("on purpose");
  // oxlint-disable-next-line typescript/no-misused-promises -- an application that does not mind what it returns
  listeners.add(async () => {
    await turn();
    throw error;
  });
  listeners.emit("a");
  await turn();
  await turn();
  t.deepEqual(errors, [error]);
});

test("One function may listen twice, and be taken off once", (t) => {
  const { listeners } = makeListeners();
  const heard: string[] = [];
  const listener = (event: string): void => void heard.push(event);
  const remove = listeners.add(listener);
  listeners.add(listener);
  listeners.emit("a");
  t.deepEqual(heard, ["a", "a"]);
  remove();
  remove();
  listeners.emit("b");
  t.deepEqual(heard, ["a", "a", "b"]);
});

test("A listener that is taken off during an event is not told of it any more", (t) => {
  const { listeners } = makeListeners();
  const heard: string[] = [];
  listeners.add(() => removeSecond());
  const removeSecond = listeners.add((event) => void heard.push(event));
  listeners.emit("a");
  t.deepEqual(heard, []);
});

test("A listener that is added during an event hears of the next, and a chain of them ends", (t) => {
  const { listeners } = makeListeners();
  const heard: string[] = [];
  const again = (event: string): void => {
    heard.push(event);
    remove();
    remove = listeners.add(again);
  };
  let remove = listeners.add(again);
  listeners.emit("a");
  listeners.emit("b");
  t.deepEqual(heard, ["a", "b"]);
});

test("clear() forgets all", (t) => {
  const { listeners } = makeListeners();
  listeners.add(() => t.fail());
  listeners.clear();
  listeners.emit("a");
  t.pass();
});
