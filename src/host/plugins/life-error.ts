/** What callers are told when a life ends under them. */
import { PluginLoadError, PluginUnavailableError, StockpileError } from "../../contract/errors.js";
import type { LifeEnd } from "../life/life.js";

export function lifeError(end: LifeEnd, pluginName: string): StockpileError {
  const { kind, message } = end;
  if (end.cause instanceof PluginLoadError) return end.cause;
  const details = { pluginName, cause: end.cause ?? causeOf(end, pluginName) };
  if (kind === "load" || kind === "start-timeout") {
    return new PluginLoadError(`Cannot start plugin "${pluginName}": ${message}`, details);
  }
  return new PluginUnavailableError(`Plugin "${pluginName}" ended (${kind}): ${message}`, details);
}

/** Where nothing was thrown. */
function causeOf({ kind, message }: LifeEnd, pluginName: string): Error {
  if (kind === "protocol") return new StockpileError("STOCKPILE_PROTOCOL", message, { pluginName });
  return new Error(message);
}
