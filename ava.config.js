export default {
  files: ["dist/test/**/*.test.js"],
  timeout: "60s",
  // One file at a time, unless scripts/test.mjs says otherwise: some tests measure how late answers come.
  concurrency: 1,
  workerThreads: false,
};
