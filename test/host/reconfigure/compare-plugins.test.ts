import test from "ava";
import type { PluginConfig } from "../../../src/host/config/config.js";
import { areSame, needsNewLife } from "../../../src/host/reconfigure/compare-plugins.js";
import { LIMITS, makeConfig, RESTART } from "../plugins/make-config.js";

const BASE = makeConfig({ options: { a: 1, b: [2] } });

test("Settings are the same whatever order they are in, and wherever the module was looked for", (t) => {
  t.true(areSame(BASE, makeConfig({ options: { b: [2], a: 1 }, specifier: "elsewhere" })));
  t.false(areSame(BASE, makeConfig({ options: { a: 1, b: [3] } })));
});

for (const [what, change] of Object.entries<Partial<PluginConfig>>({
  startup: { startup: "required" },
  spare: { spare: true },
  restart: { restart: { ...RESTART, burst: 99 } },
  "limits.queuedWrites": { limits: { ...LIMITS, queuedWrites: 1 } },
  "limits.queuedBytes": { limits: { ...LIMITS, queuedBytes: 1 } },
})) {
  test(`A change of ${what} asks for no new life`, (t) => {
    const changed = { ...BASE, ...change };
    t.false(areSame(BASE, changed));
    t.false(needsNewLife(BASE, changed));
  });
}

for (const [what, change] of Object.entries<Partial<PluginConfig>>({
  module: { url: "file:///plugins/other.mjs", file: "/plugins/other.mjs" },
  protocol: { protocol: 2 },
  isolation: { isolation: "process" },
  options: { options: {} },
  "limits.call": { limits: { ...LIMITS, callMs: 1 } },
  "limits.memoryMb": { limits: { ...LIMITS, memoryMb: 1 } },
  "permissions.env": { permissions: { ...BASE.permissions, env: ["HOME"] } },
})) {
  test(`A change of ${what} asks for a new life`, (t) => {
    t.true(needsNewLife(BASE, { ...BASE, ...change }));
  });
}
