/** Files of a folder in which the built-in memory plugin is found, whether or not the real one has been built. */
export const BUILT_IN_MEMORY: Readonly<Record<string, string>> = {
  "node_modules/@stockpile/plugin-memory/package.json": JSON.stringify({
    name: "@stockpile/plugin-memory",
    type: "module",
    exports: "./main.js",
    stockpile: { protocol: 1 },
  }),
  "node_modules/@stockpile/plugin-memory/main.js": "",
};
