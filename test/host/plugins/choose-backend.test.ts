import test from "ava";
import { PluginLoadError } from "../../../src/contract/errors.js";
import { chooseBackend } from "../../../src/host/plugins/choose-backend.js";
import { makeStorage } from "./make-config.js";

test("chooseBackend() answers the only one where none is named", (t) => {
  t.is(chooseBackend(makeStorage(), lifeWith("main")), "main");
});

test("chooseBackend() answers the one that is named", (t) => {
  t.is(chooseBackend(makeStorage({ backend: "b" }), lifeWith("a", "b")), "b");
});

for (const [what, backend, registered, message] of [
  ["there is none", undefined, [], "expected a storage backend: it has registered none"],
  [
    "there are several and none is named",
    undefined,
    ["a", "b"],
    'expected "backend" to name one of its storage backends: it has registered "a", "b"',
  ],
  ["the named one is not there", "c", ["a", "b"], 'expected storage backend "c": it has registered "a", "b"'],
  ["one is named and there is none", "c", [], 'expected storage backend "c": it has registered none'],
] as [string, string | undefined, string[], string][]) {
  test(`chooseBackend() refuses when ${what}`, (t) => {
    const error = t.throws(() => chooseBackend(makeStorage({ backend }), lifeWith(...registered)), {
      instanceOf: PluginLoadError,
    });
    t.is(error.message, `Cannot use plugin "redis" from /redis.mjs as storage: ${message}`);
    t.like(error, { pluginName: "redis", operation: "choose" });
    t.is(error.backendId, backend);
  });
}

function lifeWith(...ids: string[]): { registered: Set<string>; file: string } {
  return { registered: new Set(ids), file: "/redis.mjs" };
}
