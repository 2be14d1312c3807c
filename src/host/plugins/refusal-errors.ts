/** The errors of calls that a backend is not sent. */
import type { EntryKey } from "../../contract/backend.js";
import { operationName, type OperationCode } from "../../contract/call-frames.js";
import { ClosedError, PluginUnavailableError, UnsupportedError } from "../../contract/errors.js";
import { backendFields, nameBackend, type NamedBackend } from "../calls/name-backend.js";

/** @param why what keeps it from serving, for the end of a message. */
export function unavailable(
  backend: NamedBackend,
  operation: OperationCode,
  why: string,
  cause?: unknown,
): PluginUnavailableError {
  const name = operationName(operation);
  return new PluginUnavailableError(`Cannot ${name} in ${nameBackend(backend)}: ${why}`, {
    ...backendFields(backend),
    operation: name,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** It will never serve again. */
export function closed(backend: NamedBackend, operation: OperationCode): ClosedError {
  const name = operationName(operation);
  return new ClosedError(`Cannot ${name} in ${nameBackend(backend)}: Stockpile is closed`, {
    ...backendFields(backend),
    operation: name,
  });
}

/** It has no such method. */
export function unsupported(backend: NamedBackend, operation: OperationCode): UnsupportedError {
  const name = operationName(operation);
  return new UnsupportedError(`Cannot ${name} in ${nameBackend(backend)}: it has no method "${name}"`, {
    ...backendFields(backend),
    operation: name,
  });
}

/** The key was executing when lives of the plugin ended, and is refused for another `refusedMs`. */
export function poisoned(
  backend: NamedBackend,
  operation: OperationCode,
  { category, key }: EntryKey,
  refusedMs: number,
): PluginUnavailableError {
  const name = operationName(operation);
  return new PluginUnavailableError(
    `Cannot ${name} ${JSON.stringify(key.slice(0, 64))} in category "${category}": this key was executing when plugin ` +
      `"${backend.pluginName}" ended more than once: it is refused for another ${Math.ceil(refusedMs)} ms`,
    { ...backendFields(backend), operation: name },
  );
}
