import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The most mistakes of a value that a message lists. */
const MAX_LISTED_ISSUES = 3;

/**
 * Answers what a schema makes of a value.
 * @throws {TypeError} the value does not fit; the message lists why.
 * @throws {TypeError} the schema validates asynchronously, which a value that is at hand cannot wait for.
 */
export function validate<T>(schema: StandardSchemaV1<unknown, T>, value: unknown): T {
  const result = schema["~standard"].validate(value);
  // Other libraries have promises of their own.
  if ("then" in result) {
    // What it will reject with is of no use any more.
    Promise.resolve(result).catch(() => undefined);
    throw new TypeError("expected a schema that validates synchronously: received a promise");
  }
  if (result.issues === undefined) return result.value;
  const listed = result.issues.slice(0, MAX_LISTED_ISSUES).map((issue) => describe(issue));
  const rest = result.issues.length - listed.length;
  throw new TypeError(
    `it does not fit the schema: ${listed.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}`,
  );
}

function describe({ path = [], message }: StandardSchemaV1.Issue): string {
  const names = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return names.length === 0 ? message : `${names.join(".")}: ${message}`;
}
