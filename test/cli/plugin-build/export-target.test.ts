import test from "ava";
import { exportTarget } from "../../../src/cli/plugin-build/export-target.js";

for (const [exports, expected] of [
  ["./a.js", "./a.js"],
  [{ ".": "./a.js", "./b": "./b.js" }, "./a.js"],
  [{ import: "./a.js", require: "./b.cjs" }, "./a.js"],
  [{ types: "./a.d.ts", default: "./a.js" }, "./a.js"],
  [{ browser: "./b.js", node: { require: "./b.cjs", import: "./a.js" }, default: "./c.js" }, "./a.js"],
  [{ node: { require: "./b.cjs" }, default: "./a.js" }, "./a.js"],
  [[{ browser: "./b.js" }, "./a.js"], "./a.js"],
  [{ ".": null }, undefined],
  [{ "./b": "./b.js" }, undefined],
  [{ require: "./b.cjs" }, undefined],
  [{}, undefined],
  [7, undefined],
] as const) {
  test(`exportTarget() answers ${expected} for ${JSON.stringify(exports)}`, (t) =>
    t.is(exportTarget(exports), expected));
}
