import { z } from "zod";
import type { ConfigPath } from "./format-path.js";
import type { IssueList } from "./issue-list.js";
import { nearestName } from "./nearest-name.js";

/** Unknown keys are answered with all known ones up to this many; beyond, they would bury the message. */
const MAX_KEYS_LISTED = 12;

type RawIssue = z.core.$ZodRawIssue;

/**
 * Checks data against a schema and reports every mistake. A message of the schema's own that begins with `expected` is
 * completed by what was received; any other is taken as it is.
 *
 * @param at where the data stand in the configuration.
 * @returns what the schema makes of the data, or `undefined` after a report.
 */
export async function validate<T>(
  schema: z.ZodType<T>,
  data: unknown,
  issues: IssueList,
  at: ConfigPath = [],
): Promise<T | undefined> {
  // By path: an issue as it is reported says which keys are unknown, but no longer which ones are known.
  const knownKeys = new Map<string, readonly string[]>();
  const result = await schema.safeParseAsync(data, {
    reportInput: true,
    error: (issue) => {
      if (issue.code === "unrecognized_keys") knownKeys.set(JSON.stringify(issue.path ?? []), shapeOf(issue));
      return describeExpected(issue);
    },
  });
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = [...at, ...issue.path.map(toSegment)];
    if (issue.code === "unrecognized_keys") {
      const known = knownKeys.get(JSON.stringify(issue.path)) ?? [];
      for (const key of issue.keys) report(issues, [...path, key], describeUnknown(key, known));
    } else {
      report(issues, path, complete(issue.message, issue.input, issues));
    }
  }
  return undefined;
}

/** A stage before may have reported this very value, an unset variable say: once is enough. */
function report(issues: IssueList, path: ConfigPath, message: string): void {
  if (!issues.has(path)) issues.add(path, message);
}

function toSegment(key: PropertyKey): string | number {
  return typeof key === "symbol" ? String(key) : key;
}

function complete(message: string, input: unknown, issues: IssueList): string {
  return message.startsWith("expected ") ? `${message}: received ${issues.describe(input)}` : message;
}

function describeUnknown(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  if (nearest !== undefined) return `unknown key: did you mean ${JSON.stringify(nearest)}?`;
  if (known.length === 0 || known.length > MAX_KEYS_LISTED) return "unknown key";
  return `unknown key: expected one of ${known.join(", ")}`;
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
