import { OPTIONAL_METHODS, REQUIRED_METHODS } from "../../../src/contract/backend-methods.js";
import type { BackendContext } from "../../../src/contract/context.js";
import type { StorageBackend } from "../../../src/contract/backend.js";
import type { BackendPromises } from "../../../src/testing/promises.js";

/** A mistake about the contract, made by a backend that is right but for it. */
export interface PlantedBug {
  /** The mistake in words. */
  readonly what: string;
  /** Which backend it is planted in; default `memory`. */
  readonly base?: "memory" | "file";
  /** What the suite is told of it; default that of the base. */
  readonly promises?: Partial<BackendPromises>;
  readonly plant: (inner: StorageBackend, context: BackendContext, parameters: unknown) => StorageBackend;
  /** The checks it breaks, of each part of the suite that is run on it: these and no others. */
  readonly breaks: Partial<Readonly<Record<Part, Broken>>>;
}

/** A part of the suite. */
export type Part = "direct" | "hosted" | "faults";

/** The titles of checks, without the part they are of. */
export type Broken = readonly string[] | "all" | { readonly allBut: readonly string[] };

/** The backend with other methods in place of some of its own. */
export function replacing(inner: StorageBackend, methods: Partial<StorageBackend>): StorageBackend {
  const own = [...REQUIRED_METHODS, ...OPTIONAL_METHODS].flatMap((name) =>
    typeof inner[name] === "function" ? [[name, inner[name].bind(inner)] as const] : [],
  );
  return Object.assign(Object.fromEntries(own) as unknown as StorageBackend, methods);
}
