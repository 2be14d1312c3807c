#!/usr/bin/env node
/** The `stockpile` command. Imports nothing but what tells a failure, so that a missing package can be told too. */
import { reportFailure } from "./report-failure.js";

try {
  const { runCli } = await import("./run-cli.js");
  process.exitCode = await runCli(process.argv.slice(2));
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
