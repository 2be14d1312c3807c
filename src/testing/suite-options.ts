import type { Isolation } from "../host/main.js";
import type { BackendPromises } from "./promises.js";

/** What a suite is about. */
export interface BackendSuiteOptions {
  /**
   * The runner's test function, called as `test(title, run)`. Tests may run at once, but those in threads measure time:
   * better one after the other.
   */
  readonly test: (title: string, run: () => Promise<void>) => void;
  /** The built plugin: path or `file:` URL of its module. */
  readonly plugin: string | URL;
  /** Which of its backends; the only one by default. */
  readonly backend?: string;
  /** What its configuration would have as `options`. */
  readonly options?: unknown;
  /** Parameters that lead to a fresh, empty store, asked once per test. */
  readonly parameters: () => unknown;
  /** Called after each test with its parameters. */
  readonly cleanUp?: (parameters: unknown) => void | Promise<void>;
  /** What the backend does not promise, each named: as in `{ persists: false }`. */
  readonly promises?: Partial<BackendPromises>;
  /** What the plugin runs in where it is hosted, as in the configuration; by default what that would choose. */
  readonly isolation?: Isolation;
  /** Limits of the plugin where it is hosted, as in the configuration. */
  readonly limits?: Readonly<Record<string, string | number>>;
}

/**
 * @throws {TypeError} an option is missing or wrong.
 */
export function checkSuiteOptions(options: BackendSuiteOptions): void {
  const { test, plugin, backend, parameters, cleanUp } = options;
  expectType("test", "a function", typeof test === "function", test);
  expectType(
    "plugin",
    "a path or a file: URL",
    (typeof plugin === "string" && plugin !== "") || plugin instanceof URL,
    plugin,
  );
  expectType("backend", "a string", backend === undefined || typeof backend === "string", backend);
  expectType("parameters", "a function", typeof parameters === "function", parameters);
  expectType("cleanUp", "a function", cleanUp === undefined || typeof cleanUp === "function", cleanUp);
}

function expectType(name: string, expected: string, isRight: boolean, received: unknown): void {
  if (isRight) return;
  throw new TypeError(
    `Cannot test a backend: expected "${name}" to be ${expected}: received ${typeof received}`,
  );
}
