/** A fake Mojang and the domain on a cache of its own, both closed when the test ends. */
import type { ExecutionContext } from "ava";
import { pino } from "pino";

import { Stockpile, systemClock } from "../../src/host/main.js";
import type { Clock } from "../../src/host/main.js";
import { FakeMojang, MojangCache, mojangConfigSchema, UpstreamError } from "../../src/mojang/main.js";
import type { FakeMojangOptions, MojangConfig } from "../../src/mojang/main.js";

const SILENT = pino({ level: "silent" });

export interface OpenMojangOptions {
  readonly fake?: FakeMojangOptions;
  /** Settings of the "mojang" section, `upstream` apart. */
  readonly config?: object;
  /** Put behind the fake's address; default: nothing. */
  readonly upstreamPath?: string;
  /** The rest of the configuration. */
  readonly stockpile?: object;
  readonly clock?: Clock;
}

export interface OpenedMojang {
  readonly fake: FakeMojang;
  readonly stockpile: Stockpile;
  readonly mojang: MojangCache;
}

export async function openFake(t: ExecutionContext, options: FakeMojangOptions = {}): Promise<FakeMojang> {
  const fake = await FakeMojang.open(options);
  t.teardown(() => fake.close());
  return fake;
}

export async function openMojang(
  t: ExecutionContext,
  {
    fake: fakeOptions,
    config = {},
    upstreamPath = "",
    stockpile: section = {},
    clock = systemClock,
  }: OpenMojangOptions = {},
): Promise<OpenedMojang> {
  const fake = await openFake(t, fakeOptions);
  const stockpile = await Stockpile.open(
    { storage: { plugin: "memory" }, ...section },
    { clock, logger: SILENT },
  );
  t.teardown(() => stockpile.close());
  const mojang = MojangCache.open(stockpile, mojangConfig({ url: fake.url + upstreamPath }, config), {
    clock,
  });
  t.teardown(() => mojang.close());
  return { fake, stockpile, mojang };
}

/** The "mojang" section that asks a fake, its defaults filled in. */
export function mojangConfig({ url }: Pick<FakeMojang, "url">, config: object = {}): MojangConfig {
  const parsed = mojangConfigSchema.parse({ ...config, upstream: { services: url, sessions: url } });
  if (parsed === undefined) throw new TypeError("Expected a section");
  return parsed;
}

/** The machine's clock, whose time on the wall a test sets forward; deadlines go on as they are. */
export class ShiftedClock implements Clock {
  #shiftMs = 0;

  now(): number {
    return systemClock.now() + this.#shiftMs;
  }

  monotonic(): number {
    return systemClock.monotonic();
  }

  schedule(callback: () => void, delayMs: number): () => void {
    return systemClock.schedule(callback, delayMs);
  }

  /** Sets the time on the wall forward. */
  shift(ms: number): void {
    this.#shiftMs += ms;
  }
}

/** Why Mojang could not be asked, where that is what a look-up has failed with. */
export function upstreamErrorOf(error: Error | undefined): UpstreamError {
  if (error?.cause instanceof UpstreamError) return error.cause;
  throw new TypeError("Expected an UpstreamError as the cause", { cause: error });
}
