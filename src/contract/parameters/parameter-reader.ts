import type { ParameterForm } from "./parameter-form.js";
import { kindOf, show } from "./show.js";

/**
 * Reads the members of an object and gathers every mistake in them. What it is asked for is what there may be: a member
 * that nobody has asked for is a mistake.
 */
export class ParameterReader {
  readonly #given: ReadonlyMap<string, unknown>;
  readonly #prefix: string;
  readonly #asked = new Set<string>();
  readonly #mistakes: string[] = [];

  /** @param prefix what messages put before each name, as in `tls.`. */
  constructor(given: object, prefix: string = "") {
    this.#given = new Map<string, unknown>(Object.entries(given));
    this.#prefix = prefix;
  }

  /** What is given, unchecked; `undefined` for nothing. */
  value(name: string): unknown {
    this.#asked.add(name);
    return this.#given.get(name);
  }

  /** Whether anything is given. */
  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  /** The value of a parameter; the fallback where it is absent, or wrong, which is noted. */
  read<T, Fallback>(name: string, form: ParameterForm<T>, fallback: Fallback): T | Fallback {
    return this.has(name) ? this.demand(name, form, fallback) : fallback;
  }

  /**
   * As {@link read}, and its absence is a mistake.
   * @param fallback what to go on with, so that the mistakes in what follows are found as well.
   */
  demand<T, Fallback>(name: string, form: ParameterForm<T>, fallback: Fallback): T | Fallback {
    const value = this.value(name);
    if (form.accepts(value)) return value;
    this.refuse(name, form.expected, form.isSecret === true ? kindOf(value) : show(value));
    return fallback;
  }

  /**
   * Reads a parameter that has members of its own, which messages name as in `tls.caFile`. It must be there: ask
   * {@link has} first of one that may be absent.
   */
  members<T>(name: string, read: (members: ParameterReader) => T): T {
    const value = this.value(name);
    const members = new ParameterReader(isObject(value) ? value : {}, `${this.#prefix}${name}.`);
    const result = read(members);
    if (isObject(value)) this.#mistakes.push(...members.mistakes());
    else this.refuse(name, "an object", kindOf(value));
    return result;
  }

  /** Notes a mistake in one parameter. */
  refuse(name: string, expected: string, received: string): void {
    this.note(`expected "${this.#prefix}${name}" to be ${expected}: received ${received}`);
  }

  /** Notes any other, as one of several parameters together. */
  note(mistake: string): void {
    this.#mistakes.push(mistake);
  }

  /** All mistakes, unknown names first. `readParameters` asks for them once all has been read; nobody else has to. */
  mistakes(): string[] {
    const known = [...this.#asked].map((name) => `"${this.#prefix}${name}"`).join(", ");
    const unknown = [...this.#given.keys()].filter((name) => !this.#asked.has(name));
    return [
      ...unknown.map(
        (name) => `expected no parameters but ${known}: received ${JSON.stringify(this.#prefix + name)}`,
      ),
      ...this.#mistakes,
    ];
  }
}

/** Whether it is one that has members. */
export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
