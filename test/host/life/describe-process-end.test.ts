import test from "ava";
import { describeEnding, describeProcessEnd } from "../../../src/host/life/describe-process-end.js";
import type { ProcessEnd } from "../../../src/host/life/describe-process-end.js";
import { ErrorTail } from "../../../src/host/life/out-of-memory.js";

const QUIET: ProcessEnd = {
  code: null,
  signal: null,
  isOutOfMemory: false,
  isOwnSignal: false,
};

test("an exit code is an exit, whatever it is", (t) => {
  t.like(describeProcessEnd({ ...QUIET, code: 0 }), { kind: "exit" });
  t.deepEqual(describeProcessEnd({ ...QUIET, code: 3 }), {
    kind: "exit",
    message: "The plugin ended its process with exit code 3",
  });
});

test("a signal is a crash that names it", (t) => {
  t.deepEqual(describeProcessEnd({ ...QUIET, signal: "SIGSEGV" }), {
    kind: "crash",
    message: "The plugin's process was ended by SIGSEGV",
    isAbrupt: true,
  });
});

test("a SIGKILL nobody has announced is a crash no call is suspected of, and its sender is not known", (t) => {
  const end = describeProcessEnd({ ...QUIET, signal: "SIGKILL" });
  t.is(end.kind, "crash");
  t.regex(end.message, /killed by SIGKILL: by the system, .*, or by somebody$/);
  t.is(end.isAbrupt, undefined);
});

test("a signal that the process has announced is its own doing, SIGKILL too", (t) => {
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    t.deepEqual(describeProcessEnd({ ...QUIET, signal, isOwnSignal: true }), {
      kind: "crash",
      message: `The plugin's process sent itself ${signal}`,
      isAbrupt: true,
    });
  }
});

test("a signal after V8 has said that memory is out is an end by memory", (t) => {
  const end = describeProcessEnd({ ...QUIET, signal: "SIGABRT", isOutOfMemory: true });
  t.like(end, { kind: "memory", isAbrupt: true });
});

test("a signal that somebody has sent is no end by memory, whatever was printed before", (t) => {
  const killed = describeProcessEnd({ ...QUIET, signal: "SIGKILL", isOutOfMemory: true });
  t.like(killed, { kind: "crash", isAbrupt: undefined });
  const own = describeProcessEnd({ ...QUIET, signal: "SIGTERM", isOutOfMemory: true, isOwnSignal: true });
  t.like(own, { kind: "crash", message: "The plugin's process sent itself SIGTERM" });
});

test("an exit is no end by memory, whatever the plugin has printed", (t) => {
  t.is(describeProcessEnd({ ...QUIET, code: 1, isOutOfMemory: true }).kind, "exit");
});

test("what a process has said itself is its end: an exit by its code, or the error that nobody caught", (t) => {
  t.deepEqual(describeEnding({ type: "ENDING", code: 3 }), {
    kind: "exit",
    message: "The plugin ended its process with exit code 3",
  });
  const error = { name: "TypeError", message: "no" };
  t.like(describeEnding({ type: "ENDING", code: 1, error }), { kind: "crash", message: "Uncaught: no" });
});

test("ErrorTail finds V8's words among others, cut as they come, and only in the last of them", (t) => {
  const tail = new ErrorTail();
  t.false(tail.saysOutOfMemory);
  tail.push("FATAL ERROR: Reached heap limit Allocation failed - JavaScript he");
  t.false(tail.saysOutOfMemory);
  tail.push("ap out of memory\n----- Native stack trace -----\n");
  t.true(tail.saysOutOfMemory);
  for (let index = 0; index < 1000; index += 1) tail.push("another line of another matter\n");
  t.false(tail.saysOutOfMemory);
});
