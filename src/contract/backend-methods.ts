/** What every backend has. */
export const REQUIRED_METHODS = ["get", "put", "purge"] as const;

/** What a backend may have besides. */
export const OPTIONAL_METHODS = [
  "close",
  "getMany",
  "putMany",
  "purgeMany",
  "scan",
  "clear",
  "ping",
] as const;
