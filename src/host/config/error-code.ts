/** The `code` of an error as Node makes them, `ENOENT` say; `undefined` where it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
