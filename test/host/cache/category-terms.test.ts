/** adopt(): a category that is in use goes by other terms; forgetBackend(): it is stored elsewhere. */
import test from "ava";
import type { CategorySettings, CategoryTerms } from "../../../src/host/cache/category-settings.js";
import { PluginUnavailableError } from "../../../src/contract/errors.js";
import { Gate, openCategory } from "./open-category.js";

const NEAR = { entries: 100, bytes: 1e6, values: "freeze" as const };

/** The terms of a category, some of them other. */
function changed(settings: CategorySettings<never>, terms: Partial<CategoryTerms>): CategoryTerms {
  return { ...settings, ...terms };
}

test("adopt() has values expire by the ttl and grace of now, those that are stored already included", async (t) => {
  const { category, settings, clock } = openCategory<number>(t, { near: NEAR });
  await category.set("a", 1);
  t.is(category.peek("a"), 1);
  category.adopt(changed(settings as never, { ttlMs: 1000 }));
  t.is(category.peek("a"), undefined, "what the near cache had was held under the old terms");
  t.is(await category.get("a"), 1);
  await clock.advance(1000);
  t.is(await category.get("a"), undefined);
  category.adopt(changed(settings as never, { ttlMs: 20_000 }));
  await category.set("b", 2);
  await clock.advance(19_999);
  t.is(await category.get("b"), 2);
});

test("adopt() turns the near cache on, off, and to other bounds", async (t) => {
  const { category, settings } = openCategory<object>(t);
  await category.set("a", { a: 1 });
  t.is(category.peek("a"), undefined);
  category.adopt(changed(settings as never, { near: { ...NEAR, entries: 1 } }));
  await category.get("a");
  await category.set("b", { b: 1 });
  t.is(category.peek("a"), undefined);
  t.true(Object.isFrozen(category.peek("b")));
  category.adopt(changed(settings as never, { near: { ...NEAR, values: "clone" } }));
  const [one, other] = [await category.get("b"), category.peek("b")];
  t.deepEqual(one, other);
  t.not(one, other);
  t.false(Object.isFrozen(one));
  category.adopt(changed(settings as never, { near: false }));
  t.is(category.peek("b"), undefined);
});

test("adopt() changes what a failed read means, for the reads that follow", async (t) => {
  const { category, settings, backend } = openCategory<number>(t);
  const away = new PluginUnavailableError("away");
  backend.failing("get", away);
  t.is(await category.get("a"), undefined);
  category.adopt(changed(settings as never, { onReadError: "throw" }));
  backend.failing("get", away);
  await t.throwsAsync(category.get("a"), { message: "away" });
});

test("A write that waits under one policy is done under another", async (t) => {
  const { category, settings, backend, clock } = openCategory<number>(t, { onWriteError: "queue" });
  backend.goDown();
  await category.set("a", 1);
  await category.set("a", 2);
  t.is(category.undelivered > 0, true);
  category.adopt(changed(settings as never, { onWriteError: "throw" }));
  await t.throwsAsync(category.set("b", 3));
  t.is(await category.get("a"), 2, "it is read from where it waits");
  backend.comeBack();
  await clock.advance(1000);
  t.is(await category.get("a"), 2);
  t.is(category.undelivered, 0);
  t.true(backend.entries.has("player/a"));
  t.false(backend.entries.has("player/b"));
});

test("adopt() changes how long an absence is remembered and a load may take", async (t) => {
  let loads = 0;
  const load = async (): Promise<number | undefined> => {
    loads += 1;
    return undefined;
  };
  const { category, settings, clock } = openCategory<number>(t, { load });
  await category.get("a");
  await category.get("a");
  t.is(loads, 2);
  category.adopt(changed(settings as never, { negativeTtlMs: 1000 }));
  await category.get("a");
  await category.get("a");
  t.is(loads, 3);
  await clock.advance(1000);
  await category.get("a");
  t.is(loads, 4);
});

for (const operation of ["adopt", "forgetBackend"] as const) {
  test(`A load in the air at ${operation}() answers its own caller, and fills nothing`, async (t) => {
    const gate = new Gate<number>();
    const { category, settings, backend, clock } = openCategory<number>(t, {
      near: NEAR,
      load: () => gate.opened,
    });
    const before = category.get("a");
    await clock.settle();
    if (operation === "adopt") category.adopt(changed(settings as never, { ttlMs: 1 }));
    else category.forgetBackend();
    gate.open(1);
    t.is(await before, 1);
    await clock.settle();
    t.is(category.peek("a"), undefined);
    t.is(backend.entries.size, 0);
  });
}

test("forgetBackend() forgets what was read and keeps what waits to be written", async (t) => {
  const { category, backend, clock } = openCategory<number>(t, { near: NEAR, onWriteError: "queue" });
  await category.set("stored", 1);
  backend.goDown();
  await category.set("waiting", 2);
  category.forgetBackend();
  t.is(category.peek("stored"), undefined);
  t.is(await category.get("waiting"), 2);
  backend.comeBack();
  await clock.advance(1000);
  t.true(backend.entries.has("player/waiting"));
});

test("Neither does anything to a category that is closed", async (t) => {
  const { category, settings } = openCategory<number>(t, { near: NEAR });
  category.close();
  category.adopt(changed(settings as never, { ttlMs: 1 }));
  category.forgetBackend();
  t.is(category.terms.ttlMs, settings.ttlMs);
});
