import { inspect } from "node:util";

/** What a parameter may be. */
export interface Form<T> {
  readonly expected: string;
  /** Whether what was received is kept out of messages. */
  readonly isSecret?: boolean;
  accepts(value: unknown): value is T;
}

/** The longest prefix: every name in Redis carries it. */
const MAX_PREFIX_LENGTH = 128;

/** Printable ASCII without spaces: what redis-cli and an ACL take as it is. */
const PREFIX = /^[!-~]+$/;

export const FLAG: Form<boolean> = {
  expected: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
};

export const TEXT: Form<string> = {
  expected: "a string that is not empty",
  accepts: (value): value is string => typeof value === "string" && value !== "",
};

export const SECRET: Form<string> = { ...TEXT, isSecret: true };

export const PREFIX_TEXT: Form<string> = {
  expected: `1 to ${MAX_PREFIX_LENGTH} printable ASCII characters without spaces, no "::" in them and no ":" at the end`,
  accepts: (value): value is string =>
    typeof value === "string" &&
    value.length <= MAX_PREFIX_LENGTH &&
    PREFIX.test(value) &&
    !value.includes("::") &&
    !value.endsWith(":"),
};

export function integerWithin(lowerLimit: number, upperLimit: number): Form<number> {
  return {
    expected: `an integer from ${lowerLimit} to ${upperLimit}`,
    accepts: (value): value is number =>
      typeof value === "number" && Number.isInteger(value) && value >= lowerLimit && value <= upperLimit,
  };
}

/** A short rendering on one line: parameters may hold anything that can be cloned. */
export function show(value: unknown): string {
  return inspect(value, { depth: 0, breakLength: Infinity, maxStringLength: 64, maxArrayLength: 4 });
}
