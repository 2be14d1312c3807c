import { LONG } from "./scripts/test-files.mjs";

/** The place of a file in the order of those that take longest; of any other file, the end. */
function placeOf(file) {
  const place = LONG.findIndex((name) => file.replaceAll("\\", "/").endsWith(`/dist/test/${name}.test.js`));
  return place === -1 ? LONG.length : place;
}

export default {
  files: ["dist/test/**/*.test.js"],
  timeout: "60s",
  // One file at a time, unless scripts/test.mjs says otherwise: some tests measure how late answers come.
  concurrency: 1,
  workerThreads: false,
  sortTestFiles: (one, other) => placeOf(one) - placeOf(other),
};
