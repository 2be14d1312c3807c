import type { SetOptions } from "../host/main.js";

/**
 * What a time to live of Keyv means to a category: 0, or none, is for ever, which is as long as the category keeps it.
 * @param ttl milliseconds.
 */
export function lifetimeOf(ttl: number | undefined): SetOptions | "over" {
  if (ttl === undefined || ttl === 0 || !Number.isFinite(ttl)) return {};
  return ttl < 0 ? "over" : { ttl: Math.ceil(ttl) };
}
