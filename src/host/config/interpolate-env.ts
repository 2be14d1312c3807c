import type { ConfigPath } from "./format-path.js";
import type { Issue } from "./issue-list.js";
import type { JsonValue } from "./json-value.js";

/** A reference, or what looks like the start of one; the name is caught where the reference is whole. */
const REFERENCE = /\$\{env:(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g;

/** Data with its references replaced. */
export interface Interpolated {
  readonly data: JsonValue;
  /** References to what is not set, or that are not whole. Their text is left in the data. */
  readonly issues: readonly Issue[];
  /** Every value that was put in. */
  readonly secrets: ReadonlySet<string>;
}

/** The environment as {@link interpolateEnv} reads it; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `${env:NAME}` in every string of the data, any number of times in each, by the value of the environment
 * variable; keys are left as they are, and so are references within the values put in. A variable may be set to an
 * empty text.
 *
 * @param data nested no deeper than `MAX_DEPTH`.
 */
export function interpolateEnv(data: JsonValue, env: Environment): Interpolated {
  const interpolator = new EnvInterpolator(env);
  return {
    data: interpolator.replace(data, []),
    issues: interpolator.issues,
    secrets: interpolator.secrets,
  };
}

class EnvInterpolator {
  readonly issues: Issue[] = [];
  readonly secrets = new Set<string>();
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  replace(data: JsonValue, path: ConfigPath): JsonValue {
    if (typeof data === "string") return this.#replaceIn(data, path);
    if (typeof data !== "object" || data === null) return data;
    // `Array.isArray` does not narrow a readonly array.
    if (Array.isArray(data))
      return (data as readonly JsonValue[]).map((item, index) => this.replace(item, [...path, index]));
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, this.replace(item, [...path, key])]),
    );
  }

  #replaceIn(text: string, path: ConfigPath): string {
    return text.replace(REFERENCE, (reference, name: string | undefined) => {
      if (name === undefined) {
        this.#report(path, "expected ${env:NAME}, the name of letters, digits and _: received another form");
        return reference;
      }
      const value = this.#env[name];
      // Not a string: unset, or what process.env inherits from Object.prototype, such as `constructor`.
      if (typeof value !== "string") {
        this.#report(path, `expected environment variable ${name} to be set: received nothing`);
        return reference;
      }
      this.secrets.add(value);
      return value;
    });
  }

  #report(path: ConfigPath, message: string): void {
    this.issues.push({ path, message });
  }
}
