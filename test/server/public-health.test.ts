import test from "ava";
import { runCommand } from "../cli/run-command.js";
import { until } from "../support/until.js";
import { openServer } from "./open-server.js";
import { send } from "./send.js";

test("neither /health nor stockpile plugins --json gives away where a debugger attaches", async (t) => {
  const config = { plugins: { memory: { inspect: true } }, storage: { plugin: "memory" } };
  const { address, stockpile } = await openServer(t, { config });
  const inspectorUrl = await until("an inspector", () => stockpile.health().plugins[0]?.inspectorUrl);
  const { host, pathname } = new URL(inspectorUrl);
  const { stdout } = await runCommand(["plugins", "--server", address.url, "--json"]);
  for (const text of [(await send(address.url, "/health")).body.toString(), stdout]) {
    t.regex(text, /"name": ?"memory"/);
    t.false(text.includes(host));
    t.false(text.includes(pathname));
  }
});
