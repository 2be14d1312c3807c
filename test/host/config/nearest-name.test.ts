import test from "ava";
import { nearestName } from "../../../src/host/config/nearest-name.js";

const KNOWN = ["start", "call", "stop", "hang", "memoryMb", "inFlightCalls", "inFlightBytes"];

const FOUND: readonly (readonly [string, string])[] = [
  ["calls", "call"],
  ["cal", "call"],
  ["stpo", "stop"],
  ["memoryMB", "memoryMb"],
  ["memorymb", "memoryMb"],
  ["inflightBtyes", "inFlightBytes"],
];

for (const [mistaken, meant] of FOUND) {
  test(`nearestName() takes ${mistaken} for ${meant}`, (t) => {
    t.is(nearestName(mistaken, KNOWN), meant);
  });
}

test("nearestName() makes no suggestion far from all names", (t) => {
  t.is(nearestName("timeout", KNOWN), undefined);
  t.is(nearestName("xyz", KNOWN), undefined);
  t.is(nearestName("", KNOWN), undefined);
  t.is(nearestName("call", []), undefined);
});

test("nearestName() makes no suggestion for names too long to compare", (t) => {
  const long = "a".repeat(65);
  t.is(nearestName(long, [long]), undefined);
});
