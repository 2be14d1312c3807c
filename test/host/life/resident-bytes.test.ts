import test from "ava";
import { residentBytesOf } from "../../../src/host/life/resident-bytes.js";

test("residentBytesOf() tells what a process holds, and nothing of one that is not there", (t) => {
  const bytes = residentBytesOf(process.pid);
  if (process.platform !== "linux") {
    t.is(bytes, undefined);
    return;
  }
  const { rss, heapUsed } = process.memoryUsage();
  t.true(bytes! > heapUsed && bytes! < rss, `${bytes} of ${rss}`);
  t.is(residentBytesOf(undefined), undefined);
  // The largest number a process can have on Linux is below that.
  t.is(residentBytesOf(2 ** 30), undefined);
});
