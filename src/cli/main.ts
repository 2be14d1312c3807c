#!/usr/bin/env node
/** The `stockpile` command. Imports nothing but what tells a failure, so that a missing package can be told too. */
import { errorReason } from "./plugin-build/error-reason.js";
import { reportFailure } from "./report-failure.js";

let hasLostOutput = false;

for (const [name, stream] of Object.entries({ stdout: process.stdout, stderr: process.stderr })) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that has read enough, as `head` does, is no failure. What follows a first failure says nothing new.
    if (error.code === "EPIPE" || hasLostOutput) return;
    hasLostOutput = true;
    process.exitCode = 1;
    reportFailure(new Error(`Cannot write to ${name}: ${errorReason(error)}`, { cause: error }));
  });
}

try {
  const { runCli } = await import("./run-cli.js");
  const exitCode = await runCli(process.argv.slice(2));
  process.exitCode = hasLostOutput ? 1 : exitCode;
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
