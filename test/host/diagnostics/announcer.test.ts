import test from "ava";
import { pino, type Logger } from "pino";
import { BackendError } from "../../../src/contract/errors.js";
import { Announcer } from "../../../src/host/diagnostics/announcer.js";
import type { QueueEvent } from "../../../src/host/diagnostics/events.js";
import { stateChannels } from "../../../src/host/diagnostics/state-channels.js";
import { FakeClock } from "../../support/fake-clock.js";

const QUEUE: QueueEvent = {
  plugin: "redis",
  backend: "main",
  parametersKey: "1a2b",
  at: 5,
  state: "queuing",
  previous: "idle",
  queuedWrites: 1,
  queuedBytes: 20,
};
const FAILURE = { operation: "read", category: "player", key: "a", error: new BackendError("lost") } as const;

interface Line {
  readonly level: number;
  readonly msg: string;
}

function makeAnnouncer(
  logger = (lines: Line[]): Logger =>
    pino({ level: "debug" }, { write: (line) => void lines.push(JSON.parse(line) as Line) }),
): { announcer: Announcer; clock: FakeClock; lines: Line[] } {
  const clock = new FakeClock();
  const lines: Line[] = [];
  return { announcer: new Announcer(logger(lines), clock), clock, lines };
}

test.serial("Each event reaches the listeners of its name, until they are taken off", async (t) => {
  const { announcer, clock } = makeAnnouncer();
  const heard: unknown[] = [];
  announcer.on("queue", (event) => void heard.push(event));
  const stop = announcer.on("failure", (event) => void heard.push(event));
  const plugin = { plugin: "redis", state: "ready", previous: "starting", at: 1 } as const;
  announcer.on("plugin", (event) => void heard.push(event));
  announcer.plugin(plugin);
  announcer.queue(QUEUE);
  announcer.failure(FAILURE);
  await clock.settle();
  t.deepEqual(heard, [plugin, QUEUE, { ...FAILURE, at: clock.now() }]);
  stop();
  announcer.failure(FAILURE);
  announcer.close();
  announcer.queue(QUEUE);
  await clock.settle();
  t.is(heard.length, 3);
});

test.serial(
  "Queues and failures are told of after what they were seen in, so that a listener may use the cache",
  async (t) => {
    const { announcer, clock } = makeAnnouncer();
    const heard: string[] = [];
    announcer.on("queue", () => void heard.push("queue"));
    announcer.on("failure", () => void heard.push("failure"));
    announcer.queue(QUEUE);
    announcer.failure(FAILURE);
    t.deepEqual(heard, []);
    await clock.settle();
    t.deepEqual(heard, ["queue", "failure"]);
  },
);

test.serial("An outage is logged at warn, its end at info, a failure at debug", async (t) => {
  const { announcer, lines } = makeAnnouncer();
  announcer.queue(QUEUE);
  announcer.queue({ ...QUEUE, state: "full", previous: "queuing", queuedWrites: 100 });
  announcer.queue({ ...QUEUE, state: "idle", previous: "full", queuedWrites: 0 });
  announcer.failure(FAILURE);
  t.deepEqual(
    lines.map(({ level, msg }) => [level, msg]),
    [
      [40, 'Writes wait for storage backend "main" of plugin "redis", which does not take them'],
      [40, 'No more writes can wait for storage backend "main" of plugin "redis": they are refused'],
      [30, 'The writes that waited for storage backend "main" of plugin "redis" are done'],
      [20, "The cache went on without its backend"],
    ],
  );
  t.like(lines[1], { plugin: "redis", backend: "main", queuedWrites: 100, queuedBytes: 20 });
});

test.serial(
  "A plugin that serves less than it should is logged at warn, with the reason where there is one",
  (t) => {
    const { announcer, lines } = makeAnnouncer();
    const failure = { at: 1, kind: "crash", message: "Uncaught: on purpose" } as const;
    const at = 1;
    announcer.plugin({ plugin: "redis", state: "restarting", previous: "ready", at, failure });
    announcer.plugin({ plugin: "redis", state: "quarantined", previous: "restarting", at });
    announcer.plugin({
      plugin: "redis",
      state: "degraded",
      previous: "quarantined",
      at,
      reason: "It is shut",
    });
    announcer.plugin({ plugin: "redis", state: "ready", previous: "degraded", at });
    t.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [
        [40, 'Plugin "redis" is restarting: Uncaught: on purpose'],
        [40, 'Plugin "redis" is quarantined'],
        [40, 'Plugin "redis" is degraded: It is shut'],
        [30, 'Plugin "redis" is ready'],
      ],
    );
  },
);

test.serial("What a listener throws is logged, and a logger that throws stops nothing", async (t) => {
  const { announcer, lines, clock } = makeAnnouncer();
  announcer.on("queue", () => {
    throw new Error("on purpose");
  });
  announcer.queue(QUEUE);
  await clock.settle();
  t.is(lines.at(-1)?.msg, "A listener of queue events failed");

  const broken = makeAnnouncer(() =>
    pino(
      { level: "debug" },
      {
        write: () => {
          throw new Error("no space left on device");
        },
      },
    ),
  ).announcer;
  let heard = 0;
  broken.on("queue", () => {
    heard += 1;
    throw new Error("on purpose");
  });
  broken.on("plugin", () => void (heard += 1));
  broken.queue(QUEUE);
  broken.failure(FAILURE);
  broken.plugin({ plugin: "redis", state: "ready", previous: "starting", at: 1 });
  await clock.settle();
  t.is(heard, 2);
});

test.serial("Channels are told the same as listeners", async (t) => {
  const { announcer, clock } = makeAnnouncer();
  const told: unknown[] = [];
  const note = (message: unknown): void => void told.push(message);
  for (const name of ["plugin", "queue", "failure"] as const) {
    stateChannels[name].subscribe(note);
    t.teardown(() => stateChannels[name].unsubscribe(note));
  }
  const plugin = { plugin: "redis", state: "ready", previous: "starting", at: 1 } as const;
  announcer.plugin(plugin);
  announcer.queue(QUEUE);
  announcer.failure(FAILURE);
  await clock.settle();
  t.deepEqual(told, [plugin, QUEUE, { ...FAILURE, at: clock.now() }]);
});

test.serial("on() refuses names that are none, those every object has included", (t) => {
  const { announcer } = makeAnnouncer();
  for (const name of ["", "plugins", "toString", "__proto__", undefined, 5]) {
    t.throws(() => announcer.on(name as never, () => {}), { instanceOf: TypeError });
  }
});
