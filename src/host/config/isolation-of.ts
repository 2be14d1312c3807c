import type { Isolation } from "./config.js";

/**
 * What a plugin runs in: what the configuration says goes before what the plugin says of itself. A fault in a native
 * addon ends the process it is in, so such a plugin has one of its own unless somebody has decided otherwise.
 */
export function isolationOf(
  said: { readonly isolation: Isolation; readonly isolationIsExplicit: boolean },
  isNative: boolean,
): Isolation {
  return isNative && !said.isolationIsExplicit ? "process" : said.isolation;
}
