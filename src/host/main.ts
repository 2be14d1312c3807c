/** The public face of the embedding side, exported as `@stockpile/core`. */
export { Stockpile } from "./stockpile.js";
export type { OpenOptions } from "./open-options.js";
export type { CloseReport } from "./stockpile.js";
export type { PublicCategory as Category } from "./cache/public-category.js";
export type { CategoryHealth } from "./cache/category-health.js";
export type { CategoryOptions } from "./cache/category-options.js";
export type { GetOptions, RefreshOptions, SetOptions, WaitOptions } from "./cache/get-options.js";
export type { QuietFailure } from "./cache/quiet-failure.js";
export { checkCategoryName } from "./cache/key.js";
export type { Codec } from "./cache/codec.js";
export type { LoadContext, LoadManyContext, Loader, ManyLoader } from "./cache/loader.js";
export type { Lookup, LookupSource } from "./cache/lookup.js";
export type { BreakerState } from "./calls/breaker.js";
export type { QueueState } from "./calls/queue-watch.js";
export { checkConfig } from "./check-config.js";
export type { CheckConfigOptions, ConfigReport, PluginReport, StorageReport } from "./check-config.js";
export { systemClock } from "./clock.js";
export type { Cancel, Clock } from "./clock.js";
export type { Isolation, NearLimits, NearValues, Startup } from "./config/config.js";
export type { CategoryView, ConfigView, PluginView, StorageView } from "./config/config-view.js";
export type { PluginChange } from "./config/change-plugin.js";
export { parseDuration } from "./config/parse-duration.js";
export { configJsonSchema } from "./config/schema/config-json-schema.js";
export { durationWithinDay as durationWithinDaySchema } from "./config/schema/duration.js";
export { wholeNumber as wholeNumberSchema } from "./config/schema/whole-number.js";
export type { BackendMessage } from "./diagnostics/backend-channel.js";
export type {
  BackendEvent,
  BreakerEvent,
  FailureEvent,
  InvalidationEvent,
  QueueEvent,
  StockpileEvents,
} from "./diagnostics/events.js";
export type { LoadMessage } from "./diagnostics/load-channel.js";
export type { OperationMessage, OperationName } from "./diagnostics/operation-channel.js";
export type { ReconfigureReport } from "./reconfigure/report.js";
export type { Health } from "./health.js";
export { inspectPlugin } from "./plugins/inspect-plugin.js";
export type { InspectPluginOptions, PluginInspection } from "./plugins/inspect-plugin.js";
export type { FailureCounts, PluginFailure } from "./plugins/plugin-failure.js";
export type {
  BackendHealth,
  PluginEvent,
  PluginHealth,
  PluginState,
  ReloadEvent,
} from "./plugins/plugin-health.js";
export type { SpareState } from "./plugins/spare-state.js";
export type { Plugins } from "./plugins/plugins.js";
export type { PluginMetadata } from "../contract/metadata.js";
export { PROTOCOL_VERSION } from "../contract/protocol.js";
export {
  BackendError,
  BackendOverloadedError,
  BackendTimeoutError,
  ClosedError,
  ConfigError,
  DeadlineError,
  LoadError,
  PluginLoadError,
  PluginUnavailableError,
  StockpileError,
  UnsupportedError,
  isStockpileError,
} from "../contract/errors.js";
export type { ConfigIssue, StockpileErrorCode } from "../contract/errors.js";
