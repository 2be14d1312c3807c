export default {
  files: ["dist/test/**/*.test.js"],
  timeout: "60s",
  // One file at a time: the fault suite measures how late answers come, and a second file beside it would be load.
  concurrency: 1,
  workerThreads: false,
};
