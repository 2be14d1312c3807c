import { BackendError, isStockpileError, type StockpileError } from "../../contract/errors.js";
import type { CategorySettings } from "./category-settings.js";
import { thrownMessage } from "./thrown-message.js";

/** What a call of the backend rejected with: an error of Stockpile's as it is, anything else as a failed backend. */
export function toBackendFailure(
  reason: unknown,
  operation: "get" | "put" | "scan",
  { name, backend }: Pick<CategorySettings<unknown>, "name" | "backend">,
): StockpileError {
  if (isStockpileError(reason)) return reason;
  return new BackendError(`Cannot ${operation} entry of category ${name}: ${thrownMessage(reason)}`, {
    cause: reason,
    operation,
    pluginName: backend.pluginName,
    ...(backend.backendId === undefined ? {} : { backendId: backend.backendId }),
  });
}
