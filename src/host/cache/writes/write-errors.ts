import {
  BackendOverloadedError,
  BackendTimeoutError,
  type StockpileErrorDetails,
} from "../../../contract/errors.js";
import type { CategorySettings } from "../category-settings.js";
import { quoteKey } from "../quote-key.js";
import { bytesOf, type Write } from "./write.js";

type Surroundings = Pick<CategorySettings<unknown>, "name" | "backend" | "queue">;

/** The error of a write that waits for another whose outcome is open. Its own is open as well: it will be tried. */
export function heldUp<T>(
  around: Surroundings,
  write: Write<T> | undefined,
  cause: unknown,
): BackendTimeoutError {
  const what = write === undefined ? "clear" : `write ${quoteKey(write.key)} of`;
  return new BackendTimeoutError(
    `Cannot ${what} category ${around.name}: an earlier write has not ended in time`,
    details(around, write, cause),
  );
}

/** The error of a write that would have had to wait where too many do. */
export function queueFull<T>(around: Surroundings, write: Write<T>, cause: unknown): BackendOverloadedError {
  const { queuedWrites, queuedBytes } = around.queue.limits;
  return new BackendOverloadedError(
    `Cannot write ${quoteKey(write.key)} of category ${around.name}: expected at most ${queuedWrites} writes and ` +
      `${queuedBytes} bytes to wait for the backend: received ${around.queue.writes} and ` +
      `${around.queue.bytes} before one of ${bytesOf(write)}`,
    details(around, write, cause),
  );
}

function details<T>(
  { backend }: Surroundings,
  write: Write<T> | undefined,
  cause: unknown,
): StockpileErrorDetails {
  const { pluginName, backendId } = backend;
  const operation = write === undefined ? "clear" : write.change.kind === "purge" ? "purge" : "put";
  return {
    pluginName,
    operation,
    ...(backendId === undefined ? {} : { backendId }),
    ...(cause === undefined ? {} : { cause }),
  };
}
