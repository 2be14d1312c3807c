import test from "ava";
import { AbortListeners } from "../../../src/host/cache/abort-listeners.js";

test("add() runs each listener once when the signal aborts", (t) => {
  const listeners = new AbortListeners();
  const controller = new AbortController();
  const heard: string[] = [];
  listeners.add(controller.signal, () => heard.push("first"));
  listeners.add(controller.signal, () => heard.push("second"));
  controller.abort();
  t.deepEqual(heard, ["first", "second"]);
});

test("add() answers a function that stops listening", (t) => {
  const listeners = new AbortListeners();
  const controller = new AbortController();
  const heard: string[] = [];
  const stop = listeners.add(controller.signal, () => heard.push("first"));
  listeners.add(controller.signal, () => heard.push("second"));
  stop();
  controller.abort();
  t.deepEqual(heard, ["second"]);
});

test("stopping twice leaves listeners that came later alone", (t) => {
  const listeners = new AbortListeners();
  const controller = new AbortController();
  const heard: string[] = [];
  const stop = listeners.add(controller.signal, () => t.fail());
  stop();
  listeners.add(controller.signal, () => heard.push("later"));
  stop();
  controller.abort();
  t.deepEqual(heard, ["later"]);
});

test("a listener may stop itself and others while the signal aborts", (t) => {
  const listeners = new AbortListeners();
  const controller = new AbortController();
  let heard = 0;
  const stopFirst = listeners.add(controller.signal, () => {
    heard += 1;
    stopFirst();
    stopSecond();
  });
  const stopSecond = listeners.add(controller.signal, () => t.fail());
  controller.abort();
  t.is(heard, 1);
});
