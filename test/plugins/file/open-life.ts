/** Backends of the plugin `file` without a thread around them, on folders of their own. */
import type { ExecutionContext } from "ava";
import { OpenStores } from "@stockpile/plugin-file";
import type { Clock, FileBackend } from "@stockpile/plugin-file";
import { FakeClock } from "../support/fake-clock.js";
import { loggerInto } from "../support/logger-into.js";
import { temporaryFolder } from "../support/temporary-folder.js";
import { CountedSlots } from "./counted-slots.js";

export interface LifeOptions {
  /** Default: an empty one of its own. */
  readonly root?: string;
  readonly hostId?: string;
  readonly fsync?: boolean;
  readonly sweepFiles?: number;
  readonly clock?: Clock;
  /** Shares stores and slots with these, as another backend of the same life. */
  readonly life?: Life;
}

/** A backend and what belongs to it. */
export interface Life {
  readonly backend: FileBackend;
  readonly root: string;
  readonly clock: FakeClock;
  readonly stores: OpenStores;
  readonly slots: CountedSlots;
  /** What it warned of. */
  readonly warnings: unknown[][];
}

/** Opens a backend, as a life of a host does. It is closed when the test ends, unless it has been by then. */
export async function openLife(t: ExecutionContext, options: LifeOptions = {}): Promise<Life> {
  const root = options.root ?? temporaryFolder(t);
  const clock = new FakeClock();
  const warnings: unknown[][] = [];
  const { stores, slots } = options.life ?? { stores: new OpenStores(), slots: new CountedSlots() };
  const { fsync = false, sweepFiles = 500, hostId = "host" } = options;
  const backend = await stores.open(
    { path: root, fsync, sweepIntervalMs: 1000, sweepFiles },
    { hostId, logger: loggerInto(warnings), slots, clock: options.clock ?? clock },
  );
  t.teardown(() => backend.close());
  return { backend, root, clock, stores, slots, warnings };
}
