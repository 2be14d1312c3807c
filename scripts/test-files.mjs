/** Which test files are run apart, and which first: names below `test/`, without `.test.ts`. */

/** These hold answers and ends to times, by margins that another file beside them would use up. */
export const TIMED = [
  "faults/backend-faults",
  "faults/close",
  "faults/ends",
  "faults/frames",
  "faults/grace",
  "faults/orphans",
  "faults/overload",
  "faults/poison-key",
  "faults/replay",
  "faults/start-faults",
  "faults/steering",
  "plugins/keyv/block",
  "plugins/lmdb/sweep",
  "plugins/redis/failover",
  "plugins/redis/faults",
  "plugins/redis/invalidation",
  "plugins/redis/pauses",
];

/**
 * Of the others those that take longest: whichever began last would be waited for alone. Those that compute and those
 * that wait take turns.
 */
export const LONG = [
  "testing/planted/planted-bugs",
  "ui/page",
  "plugins/lmdb/conformance",
  "chaos/planted",
  "plugins/redis/conformance",
  "cli/plugin-road",
  "faults/reckless",
  "cli/build-plugin",
  "cli/run-server",
  "plugins/keyv/conformance-redis",
  "plugins/keyv/conformance-sqlite",
  "cli/check-plugin",
  "plugins/keyv/conformance-file",
  "mojang/mojang-cache",
  "documents/snippets",
  "plugins/file/conformance",
  "cli/mojang/mojang-commands",
  "plugins/memory/conformance",
  "server/mojang/outages",
  "server/mojang/mojang-routes",
  "model/model",
  "plugins/lmdb/lives",
  "plugins/file/lives",
  "ui/curves",
];
