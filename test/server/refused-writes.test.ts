import test from "ava";
import { pino } from "pino";

import { BackendError, ClosedError, StockpileError } from "../../src/contract/errors.js";
import { RefusedWrites } from "../../src/server/refused-writes.js";
import { FakeClock } from "../support/fake-clock.js";
import { openServer } from "./open-server.js";
import { send } from "./send.js";

type Line = Record<string, unknown>;

function collect(): { lines: Line[]; logger: pino.Logger } {
  const lines: Line[] = [];
  return { lines, logger: pino({}, { write: (line) => void lines.push(JSON.parse(line) as Line) }) };
}

function full(backendId: string): BackendError {
  return new BackendError("Cannot put: no space left on device", { pluginName: "file", backendId });
}

test("Refused writes are logged at most once in 10 s for each backend, with the number passed over", async (t) => {
  const { lines, logger } = collect();
  const clock = new FakeClock();
  const writes = new RefusedWrites(logger, clock);
  for (const id of ["main", "main", "other", "main"]) writes.note(full(id));
  t.deepEqual(
    lines.map(({ level, backend }) => [level, backend]),
    [
      [40, "main"],
      [40, "other"],
    ],
  );
  t.like(lines[0], {
    plugin: "file",
    code: "STOCKPILE_BACKEND_FAILED",
    msg: "A write was refused: Cannot put: no space left on device",
  });
  t.false("passedOver" in (lines[0] ?? {}));
  await clock.advance(9_999);
  writes.note(full("main"));
  t.is(lines.length, 2);
  await clock.advance(1);
  writes.note(full("main"));
  t.like(lines[2], { backend: "main", passedOver: 3 });
});

test("A client's mistake, a fault of the server and its end are no refused writes", (t) => {
  const { lines, logger } = collect();
  const writes = new RefusedWrites(logger, new FakeClock());
  writes.note(new StockpileError("STOCKPILE_KEY_INVALID", "no key"));
  writes.note(new ClosedError("closed", { pluginName: "file" }));
  writes.note(new Error("a fault"));
  t.deepEqual(lines, []);
});

test("A server whose backend takes no writes says so, and says nothing of reads", async (t) => {
  const { lines, logger } = collect();
  const { address, stockpile } = await openServer(t, { logger });
  await stockpile.plugins.stop("memory");
  const refused = (): Line[] => lines.filter(({ msg }) => String(msg).startsWith("A write was refused"));
  t.is((await send(address.url, "/cache/player/x")).status, 503);
  t.is(refused().length, 0);
  for (const method of ["PUT", "PUT", "DELETE"])
    t.is((await send(address.url, "/cache/player/x", { method })).status, 503);
  t.is(refused().length, 1);
  t.like(refused()[0], { level: 40, plugin: "memory", code: "STOCKPILE_PLUGIN_UNAVAILABLE" });
});
