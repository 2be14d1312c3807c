import { traceLoader } from "../diagnostics/trace-loader.js";
import type { Loader } from "./loader.js";

/** The loader, each call of which subscribers are told of. */
export function tracedLoader<T>(category: string, load: Loader<T>): Loader<T> {
  return (key, context) => traceLoader({ category, key }, context.signal, () => load(key, context));
}
