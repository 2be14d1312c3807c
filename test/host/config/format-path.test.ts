import test from "ava";
import { formatPath, type ConfigPath } from "../../../src/host/config/format-path.js";

const FORMATTED: readonly (readonly [ConfigPath, string])[] = [
  [[], ""],
  [["plugins", "redis", "limits", "call"], "plugins.redis.limits.call"],
  [["server", "hosts", 0, "name"], "server.hosts[0].name"],
  [["plugins", "my.plugin", "module"], 'plugins["my.plugin"].module'],
  [["plugins", "My Plugin"], 'plugins["My Plugin"]'],
  [["", "a"], '[""].a'],
  [["a\nb"], String.raw`["a\nb"]`],
  [["k".repeat(100)], `["${"k".repeat(64)}…"]`],
];

for (const [path, text] of FORMATTED) {
  test(`formatPath() shows a path as ${text === "" ? "an empty text" : text}`, (t) => {
    t.is(formatPath(path), text);
  });
}
