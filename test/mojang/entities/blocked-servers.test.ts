import test from "ava";
import { createHash } from "node:crypto";

import { isBlockedServer, parseBlockedServers } from "../../../src/mojang/entities/blocked-servers.js";

const sha1 = (text: string): string => createHash("sha1").update(text, "latin1").digest("hex");

const CASES: readonly (readonly [pattern: string, address: string, isBlocked: boolean])[] = [
  ["blocked.example", "blocked.example", true],
  ["blocked.example", "BLOCKED.Example", true],
  ["blocked.example", "blocked.example..", true],
  ["blocked.example", "_minecraft._tcp.blocked.example", true],
  ["blocked.example", "mc.blocked.example", false],
  ["*.blocked.example", "blocked.example", true],
  ["*.blocked.example", "mc.blocked.example", true],
  ["*.blocked.example", "a.mc.blocked.example.", true],
  ["*.blocked.example", "notblocked.example", false],
  ["*.example", "blocked.example", true],
  ["192.0.2.1", "192.0.2.1", true],
  ["192.0.2.*", "192.0.2.200", true],
  ["192.0.*", "192.0.2.200", true],
  ["192.*", "192.0.2.200", true],
  ["192.0.2.*", "192.0.20.1", false],
  ["*.2.1", "192.0.2.1", false],
  ["*.1.2.3.4.5", "1.2.3.4.5", true],
  ["*.3.2.999", "4.3.2.999", true],
  ["m\u00fcller.example", "M\u00dcLLER.example", true],
  ["?.example", "\u65e5.example", true],
];

for (const [pattern, address, isBlocked] of CASES) {
  test(`${address} is ${isBlocked ? "blocked" : "not blocked"} by ${pattern}`, (t) => {
    t.is(isBlockedServer(address, new Set([sha1(pattern)])), isBlocked);
  });
}

test("what is no address is not blocked", (t) => {
  for (const address of ["", ".", "...", "_minecraft._tcp."])
    t.false(isBlockedServer(address, new Set([sha1(""), sha1("*.")])), address);
});

test("an address longer than any host has is not taken apart", (t) => {
  const label = "a".repeat(61);
  const longest = `${[label, label, label, label].join(".")}.ab.cd.`;
  const hashes = new Set([sha1("*.cd"), sha1("*.x")]);
  t.true(isBlockedServer(longest, hashes));
  t.false(isBlockedServer(`a.a.a.${longest}`, hashes));
  const startedAt = performance.now();
  for (const part of ["a.", "."]) t.false(isBlockedServer(`${part.repeat(65_536 / part.length)}x`, hashes));
  t.true(performance.now() - startedAt < 1_000, "nor at the cost of others");
});

test("parseBlockedServers() takes lines of SHA-1 and nothing else", (t) => {
  const [one, two] = [sha1("1"), sha1("2")];
  t.deepEqual(parseBlockedServers(`${one}\r\n${two.toUpperCase()}\n`), [one, two]);
  t.deepEqual(parseBlockedServers(""), []);
  for (const text of ["<html></html>", `${one}\nx`, `${one} ${two}`])
    t.is(parseBlockedServers(text), undefined);
});
