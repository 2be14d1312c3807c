import test from "ava";
import { checkInspect } from "../../../src/host/config/check-inspect.js";
import { IssueList } from "../../../src/host/config/issue-list.js";
import type { JsonValue } from "../../../src/host/config/json-value.js";
import { readOutline } from "../../../src/host/config/outline.js";
import { SecretMask } from "../../../src/host/config/secret-mask.js";

const NODE = { flag: "--permission", isFirstForm: false, limitsNet: true, allowsInspector: true };

function mistakes(plugins: JsonValue, node: Partial<typeof NODE> = {}): string[] {
  const issues = new IssueList(new SecretMask([]));
  checkInspect(readOutline({ plugins }), issues, { ...NODE, ...node });
  return issues.toError("test").issues.map(({ path, message }) => `${path}: ${message}`);
}

test("checkInspect() finds nothing wrong with plugins on ports of their own, or on any", (t) => {
  t.deepEqual(
    mistakes({ a: { inspect: 9230 }, b: { inspect: 9231 }, c: { inspect: true }, d: { inspect: true } }),
    [],
  );
});

test("checkInspect() refuses two plugins on one port", (t) => {
  t.deepEqual(mistakes({ a: { inspect: 9230 }, b: { inspect: 9230 } }), [
    `plugins.b.inspect: expected another port than that of plugin "a": received 9230`,
  ]);
});

test("checkInspect() refuses a debugger under permissions where Node does", (t) => {
  const node = { allowsInspector: false };
  const held = { inspect: true, permissions: { fsRead: [] } };
  t.deepEqual(mistakes({ a: held }), []);
  t.deepEqual(
    mistakes({ a: { ...held, inspect: false }, b: { inspect: true, permissions: { env: ["A"] } } }, node),
    [],
  );
  const [mistake = ""] = mistakes({ a: held }, node);
  t.true(
    mistake.startsWith("plugins.a.inspect: expected false, or no permissions but env: this Node"),
    mistake,
  );
});
