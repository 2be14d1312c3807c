import test from "ava";

import { upstreamTable } from "../../../src/cli/remote/upstream-table.js";
import type { HostBudget } from "../../../src/mojang/main.js";
import { openServer } from "../../server/open-server.js";
import { openMojangServer } from "../../server/mojang/open-mojang-server.js";
import { runCommand } from "../run-command.js";

const SERVICES: HostBudget = {
  host: "services",
  baseUrl: "https://api.minecraftservices.com",
  capacity: 90,
  left: 71,
  sent: 19,
  refused: 0,
  failed: 2,
  pausedMs: 0,
};

function rowOf(upstream: HostBudget): string[] {
  const line = upstreamTable([upstream]).split("\n")[3] ?? "";
  return line
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

test("upstreamTable() tells what is left of the budget, and what was sent, refused and failed", (t) => {
  const row = ["services", "https://api.minecraftservices.com", "71 of 90", "19", "0", "2", "-"];
  t.deepEqual(rowOf(SERVICES), row);
});

test("upstreamTable() tells of debt and of a pause", (t) => {
  const row = rowOf({ ...SERVICES, left: -3, refused: 8, pausedMs: 300_000 });
  t.deepEqual(row.slice(2), ["-3 of 90", "19", "8", "2", "5 min"]);
});

test("upstreamTable() shows no control characters", (t) => {
  const text = upstreamTable([{ ...SERVICES, host: "\u001b[31mred", baseUrl: "\u009b2J" }]);
  // oxlint-disable-next-line no-control-regex -- They are what must not be there.
  t.notRegex(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test("stockpile status tells Mojang's budget where Mojang is asked, and nothing of it elsewhere", async (t) => {
  const { url, server, fake } = await openMojangServer(t);
  await server.mojang?.blockedServers();
  const asking = await runCommand(["status", "--server", url]);
  t.like(asking, { code: 0, stderr: "" });
  t.regex(
    asking.stdout,
    /│ Upstream +│ Address +│ Budget left +│ Sent +│ Refused +│ Failed +│ Paused for +│/,
  );
  t.regex(asking.stdout, new RegExp(`│ sessions +│ ${fake.url}/? +│ \\d+ of 180 +│ 1 +│ 0 +│ 0 +│ - +│`));
  const { address } = await openServer(t);
  const other = await runCommand(["status", "--server", address.url]);
  t.is(other.code, 0);
  t.false(other.stdout.includes("Upstream"));
});
