/** What of Node's thread pool the plugin takes. One test, in a process of its own: it looks at all the process does. */
import test from "ava";
import { at, CALL } from "../support/entries.js";
import { openLife } from "./open-life.js";

test("no more than two file operations are under way at a time, whatever is called", async (t) => {
  const one = await openLife(t);
  const other = await openLife(t, { life: one, fsync: true });
  let most = 0;
  let isOver = false;
  const look = (): void => {
    const requests = process
      .getActiveResourcesInfo()
      .filter((name) => /^(?:FSReq|FileHandleCloseReq)/.test(name));
    most = Math.max(most, requests.length);
    if (!isOver) setImmediate(look);
  };
  look();
  for (let round = 0; round < 5; round += 1) {
    const calls = Array.from({ length: 200 }, (_, index) => {
      const { backend } = index % 2 === 0 ? one : other;
      const key = at(String(index % 20));
      if (index % 50 === 49) return backend.clear("player", CALL);
      if (index % 10 === 9) return backend.purge(key, CALL);
      if (index % 10 === 8) return backend.scan({ category: "player", limit: 10 }, CALL);
      if (index % 3 === 0) return backend.get(key, CALL);
      return backend.put(key, { value: new Uint8Array(index * 1000), expiresAt: one.clock.now() }, CALL);
    });
    one.clock.advance(1);
    for (const { clock } of [one, other]) clock.tick();
    await Promise.all(calls);
  }
  isOver = true;
  t.is(most, 2);
});
