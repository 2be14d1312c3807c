/** Why a plugin was not started, restarted or reloaded by hand. */
import { ClosedError, PluginUnavailableError } from "../../contract/errors.js";

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
