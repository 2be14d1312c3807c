import test from "ava";

import { isServedHost } from "../../src/server/is-served-host.js";

const NAMES = ["cache.example.org", "stockpile"];

test("isServedHost() takes the names it is given, localhost and every IP address, with any port", (t) => {
  for (const header of [
    "cache.example.org",
    "Cache.Example.org:36623",
    "cache.example.org.:80",
    "stockpile",
    "localhost",
    "LOCALHOST.:1",
    "127.0.0.1",
    "192.168.1.5:36623",
    "[::1]",
    "[2001:db8::1]:65535",
    "[::ffff:10.0.0.1]",
  ]) {
    t.true(isServedHost(header, NAMES), header);
  }
});

test("isServedHost() refuses any other name, and what is no host", (t) => {
  for (const header of [
    "",
    ".",
    ":80",
    "example.org",
    "www.cache.example.org",
    "cache.example.org.evil.example",
    "cache.example.org..",
    "cache.example.org:",
    "cache.example.org:80:80",
    "cache.example.org:123456",
    "user@cache.example.org",
    "cache.example.org/",
    " stockpile",
    "stockpile\n",
    "127.0.0.1.example.org",
    "127.1",
    "0x7f.0.0.1",
    "2130706433",
    "::1",
    "[::1",
    "[cache.example.org]",
    "[127.0.0.1]",
    "[]",
  ]) {
    t.false(isServedHost(header, NAMES), header);
  }
  t.false(isServedHost("stockpile", []));
});
