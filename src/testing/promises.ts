/** What a backend promises beyond the three required methods: what a suite looks for. */
export interface BackendPromises {
  /** What was stored is there for the next life, and for another that is open beside it; default `true`. */
  readonly persists: boolean;
  /** It lists keys; default `true`. */
  readonly scan: boolean;
  /** It clears categories; default `true`. */
  readonly clear: boolean;
  /** The largest value it takes, in bytes, at most 8 MiB; default 8 MiB, which is the default of a configuration. */
  readonly maxValueBytes: number;
}

/** As `maxValueBytes` of a configuration that does not say. */
const DEFAULT_MAX_VALUE_BYTES = 8 * 1024 * 1024;

const ALL: BackendPromises = {
  persists: true,
  scan: true,
  clear: true,
  maxValueBytes: DEFAULT_MAX_VALUE_BYTES,
};

/**
 * What is promised where something is said, and all of it where nothing is.
 * @throws {TypeError} a promise that is unknown, or no promise.
 */
export function readPromises(said: Partial<BackendPromises> = {}): BackendPromises {
  for (const [name, value] of Object.entries(said)) {
    const known = Object.hasOwn(ALL, name) ? typeof ALL[name as keyof BackendPromises] : undefined;
    if (known === undefined) {
      const names = Object.keys(ALL).join(", ");
      throw new TypeError(`Cannot test a backend: expected promises out of ${names}: received "${name}"`);
    }
    if (value !== undefined && typeof value !== known) {
      throw new TypeError(
        `Cannot test a backend: expected "promises.${name}" to be a ${known}: received ${typeof value}`,
      );
    }
  }
  const { persists, scan, clear, maxValueBytes } = said;
  return {
    persists: persists ?? ALL.persists,
    scan: scan ?? ALL.scan,
    clear: clear ?? ALL.clear,
    maxValueBytes: boundedBytes(maxValueBytes ?? ALL.maxValueBytes),
  };
}

function boundedBytes(bytes: number): number {
  if (Number.isInteger(bytes) && bytes >= 1 && bytes <= DEFAULT_MAX_VALUE_BYTES) return bytes;
  throw new TypeError(
    `Cannot test a backend: expected "promises.maxValueBytes" to be an integer from 1 to ${DEFAULT_MAX_VALUE_BYTES}: received ${bytes}`,
  );
}
