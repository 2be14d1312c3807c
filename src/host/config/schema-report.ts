/** What a schema finds wrong, in the words and with the places that the mistakes of a configuration have. */
import { z } from "zod";
import type { ConfigPath } from "./format-path.js";
import type { IssueList } from "./issue-list.js";
import { nearestName } from "./nearest-name.js";

/** Unknown keys are answered with all known ones up to this many; beyond, they would bury the message. */
const MAX_KEYS_LISTED = 15;

type RawIssue = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

/**
 * Reports into a list what one parse finds wrong. A message of the schema's own that begins with `expected` is completed
 * by what was received; any other is taken as it is.
 */
export class SchemaReport {
  /** To be given to the parse. */
  readonly parameters: z.core.ParseContext<Issue> = {
    reportInput: true,
    error: (issue) => {
      if (issue.code === "unrecognized_keys") this.#knownKeys.set(issue.keys, shapeOf(issue));
      return describeExpected(issue);
    },
  };
  readonly #issues: IssueList;
  readonly #at: ConfigPath;
  readonly #keyNoun: string;
  /**
   * What is known where the keys of an issue are not. As it is reported it no longer tells, and its path does not tell
   * it from others: within a union it starts at the union.
   */
  readonly #knownKeys = new Map<readonly string[], readonly string[]>();

  /**
   * @param at where the data stand in the configuration.
   * @param keyNoun what a key is called in messages.
   */
  constructor(issues: IssueList, at: ConfigPath = [], keyNoun = "key") {
    this.#issues = issues;
    this.#at = at;
    this.#keyNoun = keyNoun;
  }

  /** Answers what the schema made of the data, or `undefined` after a report. */
  settle<T>(result: z.ZodSafeParseResult<T>): T | undefined {
    if (result.success) return result.data;
    for (const issue of withoutUnions(result.error.issues)) {
      const path = [...this.#at, ...issue.path.map(toSegment)];
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) this.#report([...path, key], this.#describeUnknown(key, issue.keys));
      } else {
        this.#report(path, complete(issue.message, issue.input, this.#issues));
      }
    }
    return undefined;
  }

  /** A stage before may have reported this very value, an unset variable say: once is enough. */
  #report(path: ConfigPath, message: string): void {
    if (!this.#issues.has(path)) this.#issues.add(path, message);
  }

  #describeUnknown(key: string, keys: readonly string[]): string {
    const known = this.#knownKeys.get(keys) ?? [];
    const nearest = nearestName(key, known);
    const unknown = `unknown ${this.#keyNoun}`;
    if (nearest !== undefined) return `${unknown}: did you mean ${JSON.stringify(nearest)}?`;
    if (known.length === 0 || known.length > MAX_KEYS_LISTED) return unknown;
    return `${unknown}: expected one of ${known.join(", ")}`;
  }
}

/** Tells of a union that was not met what is wrong with the one form that was meant, if it is clear which. */
function withoutUnions(issues: readonly Issue[], at: readonly PropertyKey[] = []): Issue[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    const meant = issue.code === "invalid_union" ? issue.errors.filter(isWithin) : [];
    return meant.length === 1 ? withoutUnions(meant.flat(), path) : [{ ...issue, path }];
  });
}

/** Whether the value is of the right kind, and only what is in it is wrong. */
function isWithin(issues: readonly Issue[]): boolean {
  return issues.every(({ code, path }) => path.length > 0 || code === "unrecognized_keys");
}

function toSegment(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}

function complete(message: string, input: unknown, issues: IssueList): string {
  return message.startsWith("expected ") ? `${message}: received ${issues.describe(input)}` : message;
}

/** The keys of the object schema that met unknown ones. */
function shapeOf(issue: RawIssue): readonly string[] {
  return issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
}

/** What was expected, where the schema has no message of its own; `undefined` leaves it to zod. */
function describeExpected(issue: RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${unitOf(issue)}`;
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}${unitOf(issue)}`;
    case "invalid_format":
      return `expected ${issue.pattern === undefined ? `the form of ${issue.format}` : `text that matches ${issue.pattern}`}`;
    default:
      return undefined;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: "an object",
  record: "an object",
  array: "an array",
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

function unitOf({ origin }: { readonly origin: string }): string {
  if (origin === "string") return " characters";
  return origin === "array" ? " items" : "";
}
