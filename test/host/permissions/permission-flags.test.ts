import { Worker } from "node:worker_threads";
import test from "ava";
import * as fc from "fast-check";
import type { PermissionGrants } from "../../../src/host/config/config.js";
import { isWithin } from "../../../src/host/permissions/is-within.js";
import { nodePermissions } from "../../../src/host/permissions/node-permissions.js";
import { permissionFlags } from "../../../src/host/permissions/permission-flags.js";

const NOTHING: PermissionGrants = {
  fsRead: [],
  fsWrite: [],
  childProcess: false,
  worker: false,
  addons: false,
  wasi: false,
  net: false,
};
const NODE = { flag: "--permission", isFirstForm: false, limitsNet: true, allowsInspector: true };
const QUIET = ["--disable-warning=SecurityWarning", "--disable-warning=ExperimentalWarning"];

test("permissionFlags() switches the model on and grants what is readable alone", (t) => {
  t.deepEqual(permissionFlags({ grants: NOTHING, readable: ["/own"], node: NODE }), [
    "--permission",
    ...QUIET,
    "--allow-fs-read=/own",
    "--allow-fs-read=/own/*",
  ]);
});

test("permissionFlags() grants what is granted", (t) => {
  const grants = {
    fsRead: ["/data", "*"],
    fsWrite: ["/data"],
    childProcess: true,
    worker: true,
    addons: true,
    wasi: true,
    net: true,
  };
  t.deepEqual(permissionFlags({ grants, readable: ["/own"], node: NODE }).slice(3), [
    "--allow-fs-read=*",
    "--allow-fs-write=/data",
    "--allow-fs-write=/data/*",
    "--allow-child-process",
    "--allow-worker",
    "--allow-addons",
    "--allow-wasi",
    "--allow-net",
  ]);
  const old = { ...NODE, limitsNet: false };
  t.false(permissionFlags({ grants, readable: [], node: old }).includes("--allow-net"));
});

test("permissionFlags() names no path that another one contains, and none twice", (t) => {
  const grants = { ...NOTHING, fsRead: ["/a/b/c", "/a/b", "/a/bc", "/a/b"] };
  t.deepEqual(permissionFlags({ grants, readable: ["/a/b/d"], node: NODE }).slice(3), [
    "--allow-fs-read=/a/b",
    "--allow-fs-read=/a/b/*",
    "--allow-fs-read=/a/bc",
    "--allow-fs-read=/a/bc/*",
  ]);
});

test("permissionFlags() gives a path in one form to a Node that would end the process over two", (t) => {
  const node = { ...NODE, flag: "--experimental-permission", isFirstForm: true };
  const flags = permissionFlags({ grants: { ...NOTHING, fsWrite: ["/data"] }, readable: [], node });
  t.deepEqual(flags, ["--experimental-permission", ...QUIET, "--allow-fs-write=/data/*"]);
});

/** Names of which some begin with others, as paths are told apart by Node letter by letter. */
const path = fc
  .array(fc.constantFrom("a", "ab", "abc", "b", "data", "data1", "node", "node_modules", "@a"), {
    minLength: 1,
    maxLength: 4,
  })
  .map((names) => `/nowhere/${names.join("/")}`);

test("permissionFlags() grants exactly what is granted, whatever lies beside it, on this Node", async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(path, { maxLength: 10 }),
      fc.array(path, { minLength: 20, maxLength: 40 }),
      async (fsRead, others) => {
        const asked = [...others, ...fsRead.flatMap((each) => [each, `${each}/x`, `${each}x`])];
        const answers = await ask(permissionFlags({ grants: { ...NOTHING, fsRead }, readable: [] }), asked);
        for (const [index, each] of asked.entries()) {
          const isGranted = fsRead.some((granted) => isWithin(each, granted));
          // The first form is wrong about paths that are themselves the beginning of a granted one.
          const isVague = nodePermissions.isFirstForm && fsRead.some((granted) => granted.startsWith(each));
          if (!isVague) t.is(answers[index], isGranted, `${each} with ${fsRead.join(" ")}`);
        }
      },
    ),
    { numRuns: 25 },
  );
});

/** Has a thread under these flags say of each path whether it may read it. */
async function ask(execArgv: readonly string[], paths: readonly string[]): Promise<boolean[]> {
  const source = `const { parentPort, workerData } = require("node:worker_threads");
parentPort.postMessage(workerData.map((path) => process.permission.has("fs.read", path)));`;
  const thread = new Worker(source, { eval: true, workerData: paths, execArgv: [...execArgv] });
  return new Promise((resolve, reject) => thread.once("message", resolve).once("error", reject));
}
