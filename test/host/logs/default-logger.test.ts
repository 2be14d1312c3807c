import { spawnSync } from "node:child_process";
import test from "ava";
import { ConfigError } from "../../../src/contract/errors.js";
import { defaultLogger } from "../../../src/host/logs/default-logger.js";

test("defaultLogger() is named stockpile and speaks from warn on", (t) => {
  const logger = defaultLogger({});
  t.is(logger.level, "warn");
  t.is(logger.bindings()["name"], "stockpile");
});

test("defaultLogger() takes its level from STOCKPILE_LOG_LEVEL", (t) => {
  t.is(defaultLogger({ STOCKPILE_LOG_LEVEL: "trace" }).level, "trace");
  t.is(defaultLogger({ STOCKPILE_LOG_LEVEL: "silent" }).level, "silent");
  t.is(defaultLogger({ STOCKPILE_LOG_LEVEL: "" }).level, "warn");
});

test("defaultLogger() refuses a level there is not", (t) => {
  for (const level of ["loud", "INFO", "30", "toString"]) {
    const error = t.throws(() => defaultLogger({ STOCKPILE_LOG_LEVEL: level }), { instanceOf: ConfigError });
    t.deepEqual(error?.issues, [
      {
        path: "STOCKPILE_LOG_LEVEL",
        message: `expected one of trace, debug, info, warn, error, fatal, silent: received "${level}"`,
      },
    ]);
  }
});

test("defaultLogger() writes to standard error and leaves standard output to the program", (t) => {
  const module = new URL("../../../src/host/logs/default-logger.js", import.meta.url).href;
  const program = `import { defaultLogger } from ${JSON.stringify(module)};
    defaultLogger().warn("careful");`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  t.is(stdout, "");
  t.like(JSON.parse(stderr), { level: 40, name: "stockpile", msg: "careful" });
});
