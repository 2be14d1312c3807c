import test from "ava";
import { PluginLoadError } from "../../../src/contract/errors.js";
import { PROTOCOL_VERSION } from "../../../src/contract/protocol.js";
import { checkProtocol } from "../../../src/host/config/check-protocol.js";

test("checkProtocol() accepts this version, and a plugin that declares none", (t) => {
  t.is(checkProtocol("redis", "/p/main.js", PROTOCOL_VERSION), undefined);
  t.is(checkProtocol("redis", "/p/main.js", undefined), undefined);
});

const REFUSED: readonly (readonly [number, RegExp])[] = [
  [PROTOCOL_VERSION + 1, /: found 2: update Stockpile, or install an earlier version of the plugin$/],
  [PROTOCOL_VERSION - 1, /: found 0: update the plugin, or build it anew/],
  [Number.NaN, /: found a declaration that is not a whole number: write "stockpile": \{ "protocol": 1 \}/],
];

for (const [protocol, message] of REFUSED) {
  test(`checkProtocol() refuses protocol ${protocol} and says what to do`, (t) => {
    const error = checkProtocol("redis", "/p/main.js", protocol);
    t.true(error instanceof PluginLoadError);
    t.is(error?.pluginName, "redis");
    t.regex(error?.message ?? "", message);
    t.true(
      error?.message.startsWith('Cannot load plugin "redis" from /p/main.js: expected protocol 1: found '),
    );
  });
}
