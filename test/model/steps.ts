/**
 * The steps of a history, as commands of fast-check. Each starts something and goes on: what is started overlaps with
 * what comes later, until time passes. Half of them let the event loop turn before the next one, half do not.
 */
import * as fc from "fast-check";
import { fateArbitrary } from "./chaos-fate.js";
import { scriptArbitrary } from "./scripted-loader.js";
import { FOREIGN_KEY, KEYS } from "./keys.js";
import type { ReadRequest } from "./reader.js";
import type { World } from "./world.js";

/** A history's command. The model is the world's own; what a step cannot do, it leaves out. */
export type Command = fc.AsyncCommand<object, World>;

/** One step. */
class Step implements Command {
  readonly #what: string;
  readonly #act: (world: World) => unknown;
  readonly #settles: boolean;

  constructor(what: string, act: (world: World) => unknown, settles: boolean) {
    this.#what = what;
    this.#act = act;
    this.#settles = settles;
  }

  check(): boolean {
    return true;
  }

  run(_model: object, world: World): Promise<void> {
    return world.step(this.#what, () => this.#act(world), this.#settles);
  }

  toString(): string {
    return this.#settles ? `${this.#what};` : `${this.#what} &`;
  }
}

const key = fc.constantFrom("a", "a", "a", "b", FOREIGN_KEY);
const keys = fc.subarray([...KEYS], { minLength: 1 });
const settles = fc.boolean().map((isEager) => !isEager);

const request: fc.Arbitrary<ReadRequest> = fc.oneof(
  { arbitrary: fc.constant({ isFresh: false, brings: false }), weight: 6 },
  { arbitrary: fc.constant({ isFresh: true, brings: false }), weight: 2 },
  { arbitrary: fc.constant({ isFresh: false, brings: true }), weight: 1 },
  {
    arbitrary: fc
      .record({ isFresh: fc.boolean(), limitMs: fc.constantFrom(5, 30, 70), aborts: fc.boolean() })
      .map(({ isFresh, limitMs, aborts }) => ({
        isFresh,
        brings: false,
        ...(aborts ? { abortAfterMs: limitMs } : { deadlineMs: limitMs }),
      })),
    weight: 1,
  },
);

/** Around all the limits there are. */
const passingMs = fc.constantFrom(1, 5, 10, 20, 21, 40, 41, 60, 80, 99, 101, 150, 196, 201, 260, 400, 600);

function step<A>(
  weight: number,
  what: string,
  subject: fc.Arbitrary<A>,
  act: (world: World, subject: A) => unknown,
): fc.WeightedArbitrary<Command> {
  const arbitrary = fc
    .tuple(subject, settles)
    .map(
      ([value, doesSettle]) =>
        new Step(`${what} ${describe(value)}`, (world) => act(world, value), doesSettle),
    );
  return { arbitrary, weight };
}

/** Any step, reads and writes of one key more often than the rest. */
export const stepArbitrary: fc.Arbitrary<Command> = fc.oneof(
  step(8, "advance", passingMs, (world, ms) => world.advance(ms)),
  step(5, "get", fc.tuple(key, request), (world, [one, how]) => world.reads.get(one, how)),
  step(7, "lookup", fc.tuple(key, request), (world, [one, how]) => world.reads.lookup(one, how)),
  step(2, "burst of gets", fc.tuple(key, request), (world, [one, how]) => {
    for (let count = 0; count < 3; count += 1) world.reads.get(one, how);
  }),
  step(2, "getMany", fc.tuple(keys, request), (world, [some, how]) => world.reads.getMany(some, how)),
  step(1, "lookupMany", fc.tuple(keys, request), (world, [some, how]) => world.reads.lookupMany(some, how)),
  step(1, "has", key, (world, one) => world.reads.has(one)),
  step(2, "peek", key, (world, one) => world.reads.peek(one)),
  step(1, "refresh", key, (world, one) => world.reads.refresh(one)),
  step(8, "set", fc.tuple(key, fc.constantFrom(undefined, undefined, undefined, 30)), (world, [one, ttlMs]) =>
    world.writes.set(one, ttlMs),
  ),
  step(1, "setMany", keys, (world, some) => world.writes.setMany(some)),
  step(4, "delete", key, (world, one) => world.writes.delete(one)),
  step(1, "deleteMany", keys, (world, some) => world.writes.deleteMany(some)),
  step(2, "clear", fc.constant("all"), (world) => world.writes.clear()),
  step(2, "expire", key, (world, one) => world.writes.expire(one)),
  step(2, "keys", fc.constant("all"), (world) => world.reads.keys()),
  step(1, "invalidate", fc.oneof(keys, fc.constant("all" as const)), (world, which) =>
    world.writes.invalidate(which),
  ),
  step(2, "another host", fc.constantFrom("set" as const, "delete" as const), (world, kind) =>
    world.foreign(kind),
  ),
  step(4, "reads will", fc.array(fateArbitrary, { minLength: 1, maxLength: 4 }), (world, fates) =>
    world.backend.order("reads", fates),
  ),
  step(5, "writes will", fc.array(fateArbitrary, { minLength: 1, maxLength: 4 }), (world, fates) =>
    world.backend.order("writes", fates),
  ),
  step(5, "loads will", fc.array(scriptArbitrary, { minLength: 1, maxLength: 4 }), (world, scripts) =>
    world.loader.order(scripts),
  ),
  step(2, "the plugin ends", fc.constant(""), (world) => world.backend.goDown()),
  step(3, "the plugin serves", fc.constant(""), (world) => world.backend.comeUp()),
  step(1, "the backend loses", key, (world, one) => world.storage.lose(one)),
);

/** Leaves out what is usual. */
function describe(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
