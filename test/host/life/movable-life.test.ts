import test from "ava";
import { messageEndpoint } from "../../../src/contract/message-endpoint.js";
import type { MessageEndpoint } from "../../../src/contract/message-endpoint.js";
import { Pulse } from "../../../src/contract/pulse.js";
import type { Isolation } from "../../../src/host/config/config.js";
import type { Life } from "../../../src/host/life/life.js";
import { MovableLife } from "../../../src/host/life/movable-life.js";

/** A carrier that notes what is done with it, and ends when it is told to. */
class Carrier implements Life {
  readonly pulse: Pulse = new Pulse();
  readonly canMeasure = false;
  readonly posted: unknown[] = [];
  readonly endpoint: MessageEndpoint = messageEndpoint((message) => void this.posted.push(message));
  readonly isolation: Isolation;
  isStuck = false;
  isEnded = false;
  leave: () => void = () => {};

  constructor(isolation: Isolation) {
    this.isolation = isolation;
  }

  utilization(): number {
    return 0;
  }

  memory(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  end(_limitMs: number, onGone: () => void): Promise<boolean> {
    this.isEnded = true;
    this.leave = onGone;
    return Promise.resolve(!this.isStuck);
  }
}

function makeLife(): { life: MovableLife; carriers: Carrier[]; abandoned: string[] } {
  const carriers: Carrier[] = [];
  const abandoned: string[] = [];
  const life = new MovableLife({
    start: (isolation) => {
      const carrier = new Carrier(isolation);
      carriers.push(carrier);
      return carrier;
    },
    isolation: "thread",
    onLost: () => {},
    onAbandoned: (carrier, change) => void abandoned.push(`${carrier} ${change === 1 ? "+1" : "-1"}`),
  });
  return { life, carriers, abandoned };
}

test("moveToProcess() ends the thread, and speaks with the process from then on", (t) => {
  const { life, carriers } = makeLife();
  const heard: unknown[] = [];
  life.endpoint.addEventListener("message", ({ data }: { data: unknown }) => void heard.push(data));
  life.endpoint.postMessage("first");
  carriers[0]!.endpoint.deliver("from the thread");
  t.is(life.pulse, carriers[0]!.pulse);
  life.moveToProcess();
  t.is(life.isolation, "process");
  t.true(carriers[0]!.isEnded);
  life.endpoint.postMessage("second");
  carriers[1]!.endpoint.deliver("from the process");
  t.is(life.pulse, carriers[1]!.pulse);
  t.deepEqual(
    carriers.map(({ isolation, posted }) => [isolation, posted]),
    [
      ["thread", ["first"]],
      ["process", ["second"]],
    ],
  );
  t.deepEqual(heard, ["from the thread", "from the process"]);
});

test("end() waits for both carriers, and each that cannot be ended is told of as what it is", async (t) => {
  const { life, carriers, abandoned } = makeLife();
  carriers[0]!.isStuck = true;
  life.moveToProcess();
  carriers[1]!.isStuck = true;
  await life.end(0);
  t.deepEqual(abandoned, ["thread +1", "process +1"]);
  carriers[1]!.leave();
  carriers[0]!.leave();
  t.deepEqual(abandoned.slice(2), ["process -1", "thread -1"]);
});

test("a thread that cannot be ended is told of while the process serves", async (t) => {
  const { life, carriers, abandoned } = makeLife();
  carriers[0]!.isStuck = true;
  life.moveToProcess();
  await new Promise((resolve) => setImmediate(resolve));
  t.deepEqual(abandoned, ["thread +1"]);
  t.false(carriers[1]!.isEnded);
});

test("end() tells of nothing where all carriers have gone", async (t) => {
  const { life, abandoned } = makeLife();
  life.moveToProcess();
  await life.end(0);
  t.deepEqual(abandoned, []);
});

test("a process that is not to be had is told, and the thread that was left is ended and counted once", async (t) => {
  const lost: unknown[] = [];
  const abandoned: string[] = [];
  const cause = new Error("EAGAIN");
  const life = new MovableLife({
    start: (isolation) => {
      if (isolation === "process") throw cause;
      return Object.assign(new Carrier(isolation), { isStuck: true });
    },
    isolation: "thread",
    onLost: (error) => void lost.push(error),
    onAbandoned: (carrier, change) => void abandoned.push(`${carrier} ${change}`),
  });
  life.moveToProcess();
  t.deepEqual(lost, [cause]);
  await life.end(0);
  t.is(life.isolation, "thread");
  t.deepEqual(abandoned, ["thread 1"]);
});
