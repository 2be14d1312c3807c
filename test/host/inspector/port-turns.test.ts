import test from "ava";
import { awaitTurn } from "../../../src/host/inspector/port-turns.js";

test("awaitTurn() gives a port to the oldest, and to the next one when that leaves", (t) => {
  const taken: string[] = [];
  const join = (name: string): (() => void) => awaitTurn(9000, () => void taken.push(name));
  const leaveFirst = join("first");
  const leaveSecond = join("second");
  const leaveThird = join("third");
  t.deepEqual(taken, ["first"]);
  leaveFirst();
  t.deepEqual(taken, ["first", "second"]);
  leaveSecond();
  t.deepEqual(taken, ["first", "second", "third"]);
  leaveThird();
  join("later")();
  t.deepEqual(taken, ["first", "second", "third", "later"]);
});

test("awaitTurn() passes over who has left the line, and keeps ports apart", (t) => {
  const taken: string[] = [];
  const join = (name: string, port: number): (() => void) => awaitTurn(port, () => void taken.push(name));
  const leaveFirst = join("first", 9001);
  join("second", 9001)();
  const leaveThird = join("third", 9001);
  const leaveOther = join("other", 9002);
  t.deepEqual(taken, ["first", "other"]);
  leaveFirst();
  t.deepEqual(taken, ["first", "other", "third"]);
  leaveThird();
  leaveOther();
});
