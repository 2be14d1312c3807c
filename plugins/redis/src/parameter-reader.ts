import { show } from "./forms.js";
import type { Form } from "./forms.js";

/** Reads the members of one object of parameters and gathers every mistake in them. */
export class ParameterReader {
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #path: string;
  readonly #mistakes: string[];

  /**
   * @param path how messages call the object, as in `sentinel`; empty for the parameters themselves.
   * @param names those it may have.
   * @param mistakes where mistakes are gathered.
   */
  constructor(
    value: unknown,
    path: string,
    { names, mistakes }: { names: readonly string[]; mistakes: string[] },
  ) {
    this.#path = path;
    this.#mistakes = mistakes;
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) {
      const what = path === "" ? "parameters" : `"${path}"`;
      mistakes.push(`expected ${what} to be an object: received ${kindOf(value)}`);
    }
    this.#given = new Map(isObject ? Object.entries(value) : []);
    const known = names.map((name) => `"${this.#nameOf(name)}"`).join(", ");
    for (const name of this.#given.keys()) {
      if (names.includes(name)) continue;
      mistakes.push(`expected no parameters but ${known}: received ${JSON.stringify(this.#nameOf(name))}`);
    }
  }

  has(name: string): boolean {
    return this.#given.get(name) !== undefined;
  }

  raw(name: string): unknown {
    return this.#given.get(name);
  }

  /** The value of a parameter; `fallback` where it is absent or wrong. */
  read<T, Fallback>(name: string, form: Form<T>, fallback: Fallback): T | Fallback {
    const value = this.#given.get(name);
    if (value === undefined) return fallback;
    if (form.accepts(value)) return value;
    const received = form.isSecret === true ? kindOf(value) : show(value);
    this.refuse(name, form.expected, received);
    return fallback;
  }

  /** As `read`, and its absence is a mistake. */
  demand<T>(name: string, form: Form<T>, fallback: T): T {
    if (!this.has(name)) this.refuse(name, form.expected, "undefined");
    return this.read(name, form, fallback);
  }

  refuse(name: string, expected: string, received: string): void {
    this.#mistakes.push(`expected "${this.#nameOf(name)}" to be ${expected}: received ${received}`);
  }

  #nameOf(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }
}

/** What a value is, and nothing of what it holds: it may be a secret in the wrong place. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === "") return "an empty string";
  return Array.isArray(value) ? "an array" : typeof value;
}
