import { operationName } from "../../contract/call-frames.js";
import { PluginUnavailableError } from "../../contract/errors.js";
import type { StockpileError } from "../../contract/errors.js";
import type { PendingCall } from "../calls/call.js";
import { backendFields } from "../calls/name-backend.js";

/**
 * What each call is rejected with that was under way when its life ended.
 * @param error What the life ended with.
 */
export function unansweredError(
  error: StockpileError,
  pluginName: string,
): (call: PendingCall) => StockpileError {
  return ({ request }) =>
    new PluginUnavailableError(`${error.message}, before it answered ${operationName(request.operation)}`, {
      cause: error,
      ...backendFields({ pluginName, backendId: request.observer.backendId }),
      operation: operationName(request.operation),
    });
}
