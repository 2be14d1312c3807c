/** Why a plugin was not started, restarted or reloaded by hand. */
import { ClosedError, PluginLoadError, PluginUnavailableError } from "../../contract/errors.js";

export function superseded(pluginName: string): PluginUnavailableError {
  const message = `Plugin "${pluginName}" was stopped, restarted or reloaded before it was ready`;
  return new PluginUnavailableError(message, { pluginName });
}

export function alreadyClosed(pluginName: string, operation: string): ClosedError {
  const message = `Cannot ${operation} plugin "${pluginName}": Stockpile is closed`;
  return new ClosedError(message, { pluginName, operation });
}

/** @param why what became of it. */
export function endedEarly(name: string, why: string): PluginUnavailableError {
  return new PluginUnavailableError(why, { pluginName: name });
}

/** A successor did not come as far as to take over. */
export function notReplaced(pluginName: string, cause: unknown): PluginLoadError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new PluginLoadError(`Cannot reload plugin "${pluginName}", which goes on as it was: ${why}`, {
    cause,
    pluginName,
    operation: "reload",
  });
}
