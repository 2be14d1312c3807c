import test from "ava";
import { Operation } from "../../../src/contract/call-frames.js";
import type { CallRequest } from "../../../src/host/calls/call.js";
import { BackendReport } from "../../../src/host/diagnostics/backend-report.js";
import type { QueueEvent } from "../../../src/host/diagnostics/events.js";
import { FakeClock } from "../../support/fake-clock.js";

const BACKEND = {
  pluginName: "redis",
  backendId: "main",
  storage: { parametersKey: "1a2b" },
  queue: { writes: 3, bytes: 30 },
};
const OBSERVER = { backendId: "main", succeeded: () => {}, failed: () => {} };

function request(operation: CallRequest["operation"], category: string, subject: unknown): CallRequest {
  return { operation, handle: 0, category, subject, bytes: 0, observer: OBSERVER };
}

test("A call is named by its method, with its key, its keys, or neither", (t) => {
  const report = new BackendReport(BACKEND, { clock: new FakeClock() });
  const keys = ["a", "b"].map((key) => ({ category: "player", key }));
  const name = { plugin: "redis", backend: "main", category: "player" };
  t.deepEqual(report.call(request(Operation.put, "player", "a"), keys.slice(0, 1)), {
    ...name,
    operation: "put",
    key: "a",
  });
  for (const some of [keys, keys.slice(1)]) {
    t.deepEqual(report.call(request(Operation.getMany, "", []), some), {
      ...name,
      operation: "getMany",
      keys: some.map(({ key }) => key),
    });
  }
  t.deepEqual(report.call(request(Operation.clear, "player", undefined), []), {
    ...name,
    operation: "clear",
  });
  t.deepEqual(report.call(request(Operation.scan, "player", { limit: 5 }), []), {
    ...name,
    operation: "scan",
  });
});

test("A queue is told of with what waits in it; a backend that is not known yet has no id", (t) => {
  const heard: QueueEvent[] = [];
  const clock = new FakeClock();
  const backend = { ...BACKEND, backendId: undefined };
  new BackendReport(backend, { clock, onQueue: (event) => void heard.push(event) }).queue("full", "queuing");
  t.deepEqual(heard, [
    {
      plugin: "redis",
      parametersKey: "1a2b",
      at: clock.now(),
      state: "full",
      previous: "queuing",
      queuedWrites: 3,
      queuedBytes: 30,
    },
  ]);
});
