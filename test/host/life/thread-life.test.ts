import { MessageChannel } from "node:worker_threads";
import test from "ava";
import { Piscina } from "piscina";
import { PROTOCOL_VERSION } from "../../../src/contract/protocol.js";
import { Gate } from "../../../src/contract/pulse.js";
import type { LifeEnd } from "../../../src/host/life/life.js";
import { ThreadLife } from "../../../src/host/life/thread-life.js";

/** Longer than a thread takes to end, in ms. */
const END_MS = 5000;

/** A life whose plugin does not exist: the thread boots, reports that, and waits to be ended. */
function startLife(onEnd: (end: LifeEnd) => void = () => {}): ThreadLife {
  return new ThreadLife({
    boot: {
      protocol: PROTOCOL_VERSION,
      name: "absent",
      url: "file:///absent.mjs",
      options: {},
      hostId: "host-1",
      life: 1,
      logLevel: 60,
      maxValueBytes: 1024,
    },
    isolation: "thread",
    memoryMb: 64,
    env: {},
    execArgv: [],
    onEnd,
    onOutput: () => {},
  });
}

test("end() resolves with true once the thread has gone, and nothing of it is reported after", async (t) => {
  const ends: LifeEnd[] = [];
  const life = startLife((end) => ends.push(end));
  t.true(await life.end(END_MS, () => t.fail()));
  t.deepEqual(ends, []);
});

test("end() does not terminate a thread that loads an addon, abandons it in time, and ends it after all", async (t) => {
  const life = startLife();
  t.true(life.pulse.moveGate(Gate.open, Gate.loading));
  let isGone = false;
  let announce: () => void;
  const gone = new Promise<void>((resolve) => (announce = resolve));
  const hasEnded = await life.end(50, () => {
    isGone = true;
    announce();
  });
  t.false(hasEnded);
  t.false(isGone);
  t.true(life.pulse.moveGate(Gate.loading, Gate.open));
  // A port of this test's keeps the process alive meanwhile: the life itself no longer does.
  const { port1 } = new MessageChannel();
  port1.on("message", () => {});
  t.teardown(() => port1.close());
  await gone;
  t.false(life.pulse.moveGate(Gate.open, Gate.loading));
});

test("end() lets no addon be loaded from then on", async (t) => {
  const life = startLife();
  const ending = life.end(END_MS, () => {});
  t.false(life.pulse.moveGate(Gate.open, Gate.loading));
  t.true(await ending);
});

test.serial("ThreadLife leaves no port behind where no thread is to be had", async (t) => {
  // oxlint-disable-next-line typescript/unbound-method -- put back below, never called
  const { run } = Piscina.prototype;
  t.teardown(() => Object.assign(Piscina.prototype, { run }));
  Piscina.prototype.run = () => {
    throw new Error("ERR_WORKER_INIT_FAILED: EAGAIN");
  };
  const before = countPorts();
  const ends: LifeEnd[] = [];
  t.throws(() => startLife((end) => ends.push(end)), { message: /EAGAIN/ });
  t.true(countPorts() > before);
  // A port takes some turns of the loop to close; one that stays open lets this time out.
  while (countPorts() > before) await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(ends, []);
});

function countPorts(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === "MessagePort").length;
}
