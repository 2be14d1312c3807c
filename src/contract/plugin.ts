/**
 * The contract for plugin authors, exported as `@stockpile/core/plugin`. It is types, the protocol version, and what
 * reads parameters: a plugin needs nothing of the host at run time.
 */
export type {
  Awaitable,
  CallContext,
  EntryKey,
  ScanPage,
  ScanQuery,
  StorageBackend,
  StoredEntry,
} from "./backend.js";
export type { BackendContext, Logger, LogMethod, PluginContext, StorageBackendFactory } from "./context.js";
export type { PluginMetadata } from "./metadata.js";
export { FLAG, FOLDER_PATH, SECRET, TEXT, integerWithin, oneOf } from "./parameters/forms.js";
export type { ParameterForm } from "./parameters/parameter-form.js";
export type { ParameterReader } from "./parameters/parameter-reader.js";
export { readParameters, type ParametersSubject } from "./parameters/read-parameters.js";
export { PROTOCOL_VERSION } from "./protocol.js";
