import test from "ava";
import { findPermissions, nodePermissions } from "../../../src/host/permissions/node-permissions.js";

test("findPermissions() takes a Node for what its flags say", (t) => {
  const first = new Set(["--experimental-permission"]);
  t.deepEqual(findPermissions(first), {
    flag: "--experimental-permission",
    isFirstForm: true,
    limitsNet: false,
    allowsInspector: false,
  });
  const both = new Set([...first, "--permission"]);
  t.like(findPermissions(both), { flag: "--permission", isFirstForm: false });
  const newest = new Set(["--permission", "--allow-net", "--allow-inspector"]);
  t.like(findPermissions(newest), { flag: "--permission", limitsNet: true, allowsInspector: true });
  t.is(findPermissions(new Set()).flag, undefined);
});

test("this Node has a permission model", (t) => {
  t.truthy(nodePermissions.flag);
});
