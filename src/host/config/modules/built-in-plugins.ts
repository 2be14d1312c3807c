/** The plugins that need no listing in the configuration, and the packages they are. */
export const BUILT_IN_PLUGINS: ReadonlyMap<string, string> = new Map([
  ["file", "@stockpile/plugin-file"],
  ["memory", "@stockpile/plugin-memory"],
]);
