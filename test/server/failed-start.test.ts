/** A server that cannot start leaves nothing behind. */
import test from "ava";

import { MojangCache } from "../../src/mojang/main.js";
import { leavesNothing } from "../support/leaves-nothing.js";
import { openMojangServer } from "./mojang/open-mojang-server.js";
import { send } from "./send.js";

leavesNothing(test);

test.serial("startServer() that cannot listen closes all it has opened before it rejects", async (t) => {
  const { server, url } = await openMojangServer(t);
  const closed: MojangCache[] = [];
  const close = MojangCache.prototype.close;
  MojangCache.prototype.close = function (): Promise<void> {
    closed.push(this);
    return close.call(this);
  };
  t.teardown(() => {
    MojangCache.prototype.close = close;
  });
  await t.throwsAsync(openMojangServer(t, { port: server.address.port }), {
    name: "ListenError",
    code: "EADDRINUSE",
  });
  t.is(closed.length, 1);
  t.not(closed[0], server.mojang);
  t.is((await send(url, "/livez")).status, 200, "the one that was there goes on");
});
