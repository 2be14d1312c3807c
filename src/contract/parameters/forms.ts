/** What parameters mostly are. */
import type { ParameterForm } from "./parameter-form.js";

/** `true` or `false`. */
export const FLAG: ParameterForm<boolean> = {
  expected: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
};

/** Any string but the empty one. */
export const TEXT: ParameterForm<string> = {
  expected: "a string that is not empty",
  accepts: (value): value is string => typeof value === "string" && value !== "",
};

/** A text that no message shows. */
export const SECRET: ParameterForm<string> = { ...TEXT, isSecret: true };

/** Whether there is such a folder is not asked. */
export const FOLDER_PATH: ParameterForm<string> = {
  expected: "the path of a folder",
  accepts: (value): value is string => TEXT.accepts(value) && !value.includes("\0"),
};

/** @param lowerLimit @param upperLimit both included. */
export function integerWithin(lowerLimit: number, upperLimit: number): ParameterForm<number> {
  return {
    expected: `an integer from ${lowerLimit} to ${upperLimit}`,
    accepts: (value): value is number =>
      typeof value === "number" && Number.isInteger(value) && value >= lowerLimit && value <= upperLimit,
  };
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: readonly Word[]): ParameterForm<Word> {
  const known: readonly unknown[] = words;
  return {
    expected: words.map((word) => `"${word}"`).join(" or "),
    accepts: (value): value is Word => known.includes(value),
  };
}
