import { errorCode } from "./error-code.js";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is none",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ELOOP: "its symbolic links go in circles",
  ENAMETOOLONG: "the name is too long",
  ERR_INVALID_ARG_VALUE: "the path has a null character",
};

/** Why a file could not be read, in words that complete "cannot read <file>: ". */
export function fsReason(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code ?? ""] ?? code ?? String(error);
}
