/** How calls of the host become calls of an adapter, where adapters differ. */
import test from "ava";
import { createBackend } from "@stockpile/plugin-keyv";
import type { StorageBackend } from "../../../src/contract/backend.js";
import { at, CALL } from "../support/entries.js";
import { silentLogger } from "../support/logger-into.js";
import { Forgetful, LaterAdapter } from "./fixtures/adapters.js";

const OPTIONS = { namespace: "stockpile", maxKeyBytes: 80 };
const VALUE = Uint8Array.of(0, 1, 250, 255);

function open(adapter: LaterAdapter): StorageBackend {
  return createBackend(adapter, OPTIONS, silentLogger);
}

test("an adapter for Keyv 6 is told when an entry expires, one by one and for many", async (t) => {
  const adapter = new LaterAdapter();
  const backend = open(adapter);
  const expiresAt = Date.now() + 60_000;
  await backend.put(at("a"), { value: VALUE, expiresAt }, CALL);
  await backend.putMany?.([[at("b"), { value: VALUE, expiresAt }]], CALL);
  await backend.put(at("c"), { value: VALUE }, CALL);
  t.deepEqual(
    [...adapter.kept].map(([key, { expires }]) => [key, expires]),
    [
      ["stockpile:@player:a", expiresAt],
      ["stockpile:@player:b", expiresAt],
      ["stockpile:@player:c", undefined],
    ],
  );
  t.deepEqual(await backend.get(at("a"), CALL), { value: VALUE, expiresAt });
});

test("an entry that the adapter says it has not stored is a failure", async (t) => {
  const backend = open(new LaterAdapter({ refused: "bad" }));
  const message = /expected the adapter to store the entry: received false/;
  await t.throwsAsync(async () => backend.put(at("bad"), { value: VALUE }, CALL), { message });
  const entries = ["good", "bad"].map((key) => [at(key), { value: VALUE }] as const);
  await t.throwsAsync(async () => backend.putMany?.(entries, CALL), { message });
});

test("an adapter that cannot be walked over has neither scan nor clear", (t) => {
  const backend = open(new LaterAdapter());
  t.is(backend.scan, undefined);
  t.is(backend.clear, undefined);
});

test("an error that an adapter emits and answers nothing for is a failure of that call, and of no later one", async (t) => {
  const adapter = new LaterAdapter();
  const backend = open(adapter);
  await backend.put(at("a"), { value: VALUE }, CALL);
  for (const call of [
    () => backend.get(at("none"), CALL),
    () => backend.put(at("b"), { value: VALUE }, CALL),
    () => backend.purge(at("b"), CALL),
  ]) {
    adapter.failsNext = true;
    await t.throwsAsync(async () => call(), { message: "connection lost" });
  }
  t.deepEqual(await backend.get(at("a"), CALL), { value: VALUE });
});

test("a result that is none of the keys asked for is a failure", async (t) => {
  const backend = open(new Forgetful());
  await t.throwsAsync(async () => backend.getMany?.([at("a"), at("b")], CALL), {
    message: "Wrong result of the adapter's getMany: expected an array of 2: received one of 0",
  });
});

test("what is another's, or no entry, is a miss", async (t) => {
  const adapter = new LaterAdapter();
  const backend = open(adapter);
  await backend.put(at("a"), { value: VALUE }, CALL);
  const { value } = adapter.kept.get("stockpile:@player:a") ?? {};
  for (const foreign of [value, '{"value":"x"}', "", 5, null, "stockpile1 - "]) {
    adapter.kept.set("stockpile:@player:b", { value: foreign, expires: undefined });
    t.is(await backend.get(at("b"), CALL), undefined);
  }
  // An adapter may hand out bytes for the text it was given.
  adapter.kept.set("stockpile:@player:a", { value: Buffer.from(String(value)), expires: undefined });
  t.deepEqual(await backend.get(at("a"), CALL), { value: VALUE });
});

test("keys that are long, or hold what stores take for more than letters, are hashed, and told apart", async (t) => {
  const adapter = new LaterAdapter();
  const backend = open(adapter);
  const keys = ["x".repeat(200), "x".repeat(201), "a b", "a\tb", "a*", "ä", "A", "a", "x::y"];
  for (const key of keys) await backend.put(at(key), { value: Buffer.from(key) }, CALL);
  for (const key of keys) {
    t.is(Buffer.from((await backend.get(at(key), CALL))?.value ?? []).toString(), key);
  }
  t.true([...adapter.kept.keys()].every((key) => /^stockpile:@player:[\w.:/#-]{1,50}$/.test(key)));
  // A store that does not tell letters apart by case answers another's entry: which is a miss.
  adapter.kept.set(
    "stockpile:@player:a",
    adapter.kept.get("stockpile:@player:A") ?? { value: 0, expires: 0 },
  );
  t.is(await backend.get(at("a"), CALL), undefined);
});
