import test from "ava";

import { isLoopbackAddress, isLoopbackHostHeader } from "../../src/server/loopback.js";

test("isLoopbackAddress() knows the addresses only this machine reaches", (t) => {
  for (const address of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])
    t.true(isLoopbackAddress(address));
  for (const address of ["0.0.0.0", "::", "10.0.0.1", "192.168.127.1", "::ffff:10.0.0.1"]) {
    t.false(isLoopbackAddress(address), address);
  }
});

test("isLoopbackHostHeader() knows the names of this machine, with any port", (t) => {
  for (const header of [
    "localhost",
    "LOCALHOST:36623",
    "127.0.0.1",
    "127.0.0.1:80",
    "[::1]",
    "[::1]:36623",
  ]) {
    t.true(isLoopbackHostHeader(header), header);
  }
  const foreign = [
    "",
    "example.org",
    "localhost.example.org",
    "127.0.0.1.example.org",
    "example.org:80",
    "10.0.0.1",
    "::1",
    "localhost:",
    "localhost:80:80",
    "user@localhost",
  ];
  for (const header of foreign) t.false(isLoopbackHostHeader(header), header);
});
