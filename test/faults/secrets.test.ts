/** What the environment put into the configuration is hidden wherever a plugin repeats it. */
import { inspect } from "node:util";
import test from "ava";
import { pino } from "pino";
import { Stockpile } from "../../src/host/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { TemporaryPlugin } from "../support/temporary-plugin.js";
import { until } from "../support/until.js";

const SECRET = "S3cr3t-pass/word";

leavesNothing(test);

/** A plugin whose backend repeats its parameters in all that it throws. */
const TALKATIVE = {
  initializePlugin: `export async function initializePlugin(context) {
  await context.registerStorageBackend("talkative", ({ password, opens = true }) => {
    if (!opens) throw new Error("no access with " + password);
    return {
      get: () => { throw new Error("no access with " + password, { cause: new Error(password) }); },
      put: () => {},
      purge: () => void setTimeout(() => { throw new Error("lost " + password); }),
      close: () => { throw new Error("cannot close with " + password); },
    };
  });
}`,
};

test.serial("secrets are masked in errors, their causes and stacks, in health and in the log", async (t) => {
  const plugin = new TemporaryPlugin(TALKATIVE);
  t.teardown(() => plugin.remove());
  process.env["STOCKPILE_TEST_SECRET"] = SECRET;
  const lines: string[] = [];
  const logger = pino({ level: "trace" }, { write: (line) => void lines.push(line) });
  const parameters = { password: "${env:STOCKPILE_TEST_SECRET}" };
  const config = {
    plugins: { talkative: { module: plugin.url, restart: { backoff: 0 } } },
    storage: { plugin: "talkative", parameters },
  };
  const stockpile = await Stockpile.open(config, { logger });
  t.teardown(() => stockpile.close());
  const category = stockpile.category("strict", { onReadError: "throw" });
  const seen: unknown[] = [
    await t.throwsAsync(category.get("key")),
    await category.lookup("key").catch(String),
  ];
  const crashed = new Promise((resolve) => stockpile.on("plugin", resolve));
  await category.delete("key");
  seen.push(await crashed, stockpile.health());
  await until("another life", () => stockpile.plugins.list()[0]?.state === "ready");
  await stockpile.close();

  const closed = { ...config, storage: { plugin: "talkative", parameters: { ...parameters, opens: false } } };
  const required = {
    ...closed,
    plugins: { talkative: { ...config.plugins.talkative, startup: "required" } },
  };
  seen.push(await t.throwsAsync(Stockpile.open(required, { logger })), lines);
  const text = inspect(seen, { depth: 20, maxStringLength: null, maxArrayLength: null, showHidden: true });
  t.false(text.includes(SECRET));
  t.regex(text, /no access with \*\*\*/);
  t.regex(text, /lost \*\*\*/);
  t.regex(text, /did not close: cannot close with \*\*\*/);
});
