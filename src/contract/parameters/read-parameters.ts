import { ParameterReader, isObject } from "./parameter-reader.js";
import { kindOf, show } from "./show.js";

/** What is read, for messages. */
export interface ParametersSubject {
  /** What cannot be done where they are wrong, as in `open storage backend "shelf"`. */
  readonly action: string;
  /** Whether what stands in their place is kept out of messages: it may be an address with a password. Default: no. */
  readonly areSecret?: boolean;
}

/**
 * Reads what a configuration gives a plugin: the `parameters` of a backend, or the plugin's `options`.
 * @param parameters an object; `undefined` stands for an empty one.
 * @param read makes of them what it answers, by what it asks the reader for.
 * @throws {TypeError} naming every parameter that is unknown or wrong, what was expected and what received.
 */
export function readParameters<T>(
  parameters: unknown,
  { action, areSecret = false }: ParametersSubject,
  read: (reader: ParameterReader) => T,
): T {
  const given = parameters === undefined ? {} : parameters;
  if (!isObject(given)) {
    const received = areSecret ? kindOf(given) : show(given);
    throw new TypeError(`Cannot ${action}: expected parameters to be an object: received ${received}`);
  }
  const reader = new ParameterReader(given);
  const result = read(reader);
  const mistakes = reader.mistakes();
  if (mistakes.length > 0) throw new TypeError(`Cannot ${action}: ${mistakes.join("; ")}`);
  return result;
}
