/** The code Node gives to an error of the operating system, as in `ENOENT`; `undefined` for anything else thrown. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
