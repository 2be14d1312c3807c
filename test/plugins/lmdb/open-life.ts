/** Backends of the plugin `lmdb` without the runtime around them, on folders of their own. */
import type { ExecutionContext } from "ava";
import { OpenStores } from "@stockpile/plugin-lmdb";
import type { Durability, LmdbBackend } from "@stockpile/plugin-lmdb";
import { FakeClock } from "../support/fake-clock.js";
import { loggerInto } from "../support/logger-into.js";
import { temporaryFolder } from "../support/temporary-folder.js";

export interface LifeOptions {
  /** Default: an empty one of its own. */
  readonly root?: string;
  readonly durability?: Durability;
  readonly maxBytes?: number;
  readonly bootId?: string | undefined;
  readonly clock?: FakeClock;
  /** Shares stores with these, as another backend of the same life. */
  readonly stores?: OpenStores;
}

/** A backend and what belongs to it. */
export interface Life {
  readonly backend: LmdbBackend;
  readonly root: string;
  readonly clock: FakeClock;
  readonly stores: OpenStores;
  /** What it warned of. */
  readonly warnings: unknown[][];
}

/** Opens a backend. It is closed when the test ends, unless it has been by then. */
export async function openLife(t: ExecutionContext, options: LifeOptions = {}): Promise<Life> {
  const root = options.root ?? temporaryFolder(t);
  const clock = options.clock ?? new FakeClock();
  const warnings: unknown[][] = [];
  const stores = options.stores ?? new OpenStores();
  const { durability = "async", maxBytes } = options;
  const bootId = "bootId" in options ? options.bootId : "this boot";
  const backend = await stores.open(
    { path: root, durability, maxBytes, sweepIntervalMs: 1000 },
    { logger: loggerInto(warnings), clock, bootId },
  );
  let isClosed = false;
  const close = backend.close.bind(backend);
  backend.close = async () => {
    if (isClosed) return;
    isClosed = true;
    await close();
  };
  t.teardown(() => backend.close());
  return { backend, root, clock, stores, warnings };
}
