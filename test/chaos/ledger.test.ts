/** What may be read of a key is what was acknowledged last, or what may have been done since. */
import test from "ava";
import { Ledger } from "../../chaos/host/ledger.js";

test("complain() finds a write that is lost, one that comes back, and one that nobody made", (t) => {
  const ledger = new Ledger();
  t.is(ledger.complain("a", "nothing"), undefined);
  for (const number of [1, 2]) {
    ledger.try("a", number);
    ledger.acknowledge("a", number);
  }
  t.is(ledger.complain("a", 2), undefined);
  t.is(ledger.complain("a", 1), "a: expected 2: received 1");
  t.is(ledger.complain("a", "nothing"), "a: expected 2: received nothing");
  t.is(ledger.complain("a", 3), "a: expected 2: received 3");
});

test("complain() lets what was not acknowledged be there or not, until the next acknowledgement", (t) => {
  const ledger = new Ledger();
  ledger.try("a", 1);
  ledger.acknowledge("a", 1);
  ledger.try("a", "nothing");
  ledger.try("a", 2);
  t.true(ledger.isUncertain("a"));
  for (const content of [1, "nothing", 2] as const) t.is(ledger.complain("a", content), undefined);
  t.is(ledger.complain("a", 3), "a: expected 1, or one of 2 that were not acknowledged: received 3");
  ledger.acknowledge("a", 2);
  t.false(ledger.isUncertain("a"));
  t.is(ledger.complain("a", 1), "a: expected 2: received 1");
});

test("complain() lets what is stored be gone while it is known to be lost, and holds on to what comes after", (t) => {
  const ledger = new Ledger();
  ledger.try("a", 1);
  ledger.acknowledge("a", 1);
  ledger.isLosing = true;
  t.is(ledger.complain("a", "nothing"), undefined);
  ledger.try("a", 2);
  ledger.acknowledge("a", 2);
  t.is(ledger.complain("a", "nothing"), undefined);
  ledger.isLosing = false;
  ledger.try("a", 3);
  ledger.acknowledge("a", 3);
  t.is(ledger.complain("a", "nothing"), "a: expected 3: received nothing");
});

test("untouched counts the values that were certain at the mark and have not been written since", (t) => {
  const ledger = new Ledger();
  for (const [key, content] of [
    ["kept", 1],
    ["renewed", 1],
    ["deleted", "nothing"],
  ] as const) {
    ledger.try(key, content);
    ledger.acknowledge(key, content);
  }
  ledger.try("uncertain", 1);
  t.is(ledger.untouched, 0);
  ledger.mark();
  t.is(ledger.untouched, 2);
  ledger.try("renewed", 2);
  ledger.try("new", 1);
  t.is(ledger.untouched, 1);
});
