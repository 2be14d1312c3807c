/** Makes an error of whatever kept a life from being begun. */
import { PluginLoadError } from "../../contract/errors.js";
import { toWireError } from "../../contract/wire-error.js";

/** A `PluginLoadError` as it is; anything else as the cause of one. */
export function toLoadError(pluginName: string, cause: unknown): PluginLoadError {
  if (cause instanceof PluginLoadError) return cause;
  const { message } = toWireError(cause);
  return new PluginLoadError(`Cannot start plugin "${pluginName}": ${message}`, { cause, pluginName });
}
