import * as z from "zod";

/** What the configuration may say under `storage.parameters`. */
const parametersSchema = z.strictObject({
  /** The most entries of one category; past it the oldest go. */
  maxEntries: z.int().min(1).default(10_000),
});

export type BackendParameters = z.infer<typeof parametersSchema>;

/**
 * Fills in defaults and checks what is given.
 * @throws {TypeError} naming every parameter that is unknown or wrong.
 */
export function parseParameters(parameters: unknown): BackendParameters {
  const read = parametersSchema.safeParse(parameters);
  if (read.success) return read.data;
  const mistakes = read.error.issues.map(({ path, message }) =>
    `${path.join(".")}: ${message}`.replace(/^: /, ""),
  );
  throw new TypeError(`Cannot open storage backend "%NAME%": ${mistakes.join("; ")}`);
}
