import { describeValue } from "../config/describe-value.js";

/** What an option has to be; it may always be `undefined`. Durations are checked where they are parsed. */
interface OptionRule {
  readonly expected: string;
  readonly isRight: (value: unknown) => boolean;
}

/** The options of a call, by name. */
export type OptionRules = Readonly<Record<string, OptionRule>>;

const PARSED_LATER: OptionRule = { expected: "a duration", isRight: () => true };

const SIGNAL: OptionRule = {
  expected: "an AbortSignal",
  isRight: (value) => value instanceof AbortSignal,
};

/** Of `has`. */
export const WAIT_OPTIONS: OptionRules = { signal: SIGNAL, deadline: PARSED_LATER };

/** Of `refresh`. */
export const REFRESH_OPTIONS: OptionRules = {
  load: { expected: "a function", isRight: (value) => typeof value === "function" },
  ...WAIT_OPTIONS,
};

/** Of `get`, `lookup` and their kind for several keys. */
export const GET_OPTIONS: OptionRules = {
  ...REFRESH_OPTIONS,
  load: {
    expected: "a function or false",
    isRight: (value) => typeof value === "function" || value === false,
  },
  fresh: { expected: "true or false", isRight: (value) => typeof value === "boolean" },
};

/** Of `set` and `setMany`. */
export const SET_OPTIONS: OptionRules = { ttl: PARSED_LATER };

/** Of `keys`. */
export const KEYS_OPTIONS: OptionRules = { signal: SIGNAL };

/**
 * The options of a call; none are as good as empty ones. What is misspelt or of another kind is refused: ignored, it
 * would change what a call does in silence.
 * @param operation The call they are for, for the message.
 * @throws {TypeError}
 */
export function readCallOptions<Options extends object>(
  operation: string,
  options: Options | undefined,
  rules: OptionRules,
): Partial<Options> {
  if (options === undefined) return {};
  checkCallOptions(operation, options, rules);
  return options;
}

function checkCallOptions(operation: string, options: unknown, rules: OptionRules): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `Cannot ${operation}: expected an object of options: received ${describeValue(options)}`,
    );
  }
  // For-in makes no array of names. It shows inherited ones as well, which are read like the object's own.
  for (const name in options) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) {
      // What somebody added to every object is no mistake of this caller's.
      if (Object.hasOwn(options, name)) throw unknownOption(operation, name, rules);
      continue;
    }
    const value: unknown = Reflect.get(options, name);
    if (value === undefined || rule.isRight(value)) continue;
    throw new TypeError(
      `Cannot ${operation}: expected "${name}" to be ${rule.expected}: received ${describeValue(value)}`,
    );
  }
}

function unknownOption(operation: string, name: string, rules: OptionRules): TypeError {
  const known = Object.keys(rules).join(", ");
  return new TypeError(
    `Cannot ${operation}: expected no options but ${known}: received ${describeValue(name)}`,
  );
}
