#!/usr/bin/env node
/** The `stockpile` command. Imports nothing but what tells a failure, so that a missing package can be told too. */
import { reportFailure } from "./report-failure.js";

// A reader that has read enough, as `head` does, is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

try {
  const { runCli } = await import("./run-cli.js");
  process.exitCode = await runCli(process.argv.slice(2));
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
