import { join } from "node:path";
import test from "ava";
import { checkPermissions } from "../../../src/host/config/check-permissions.js";
import { IssueList } from "../../../src/host/config/issue-list.js";
import type { JsonValue } from "../../../src/host/config/json-value.js";
import { loadConfig } from "../../../src/host/config/load-config.js";
import { readOutline } from "../../../src/host/config/outline.js";
import { SecretMask } from "../../../src/host/config/secret-mask.js";
import type { NodePermissions } from "../../../src/host/permissions/node-permissions.js";
import { ConfigError } from "../../../src/contract/errors.js";
import { BUILT_IN_MEMORY } from "./built-in-memory.js";
import { makeFolder } from "./make-folder.js";

const NODE: NodePermissions = {
  flag: "--permission",
  isFirstForm: false,
  limitsNet: true,
  allowsInspector: true,
};
const THREADS = { isEnforced: true, hidesWorkingFolder: true };

interface Circumstances {
  readonly node?: Partial<NodePermissions>;
  readonly threads?: Partial<typeof THREADS>;
  readonly readable?: readonly string[];
  readonly isNative?: boolean;
}

/** The mistakes found where plugin `shelf` says this; the configuration lies in /srv, and the host runs in /work. */
async function mistakes(
  shelf: JsonValue,
  { node, threads, readable = ["/srv/shelf.mjs"], isNative = false }: Circumstances = {},
): Promise<string[]> {
  const issues = new IssueList(new SecretMask([]));
  const declaration = { protocol: 1, isNative };
  const module = { file: "/srv/shelf.mjs", url: "file:///srv/shelf.mjs", readable, ...declaration };
  await checkPermissions({
    outline: readOutline({ plugins: { shelf } }),
    modules: new Map([["shelf", module]]),
    directory: "/srv",
    issues,
    node: { ...NODE, ...node },
    tryThreads: async () => ({ ...THREADS, ...threads }),
    cwd: "/work",
  });
  return issues.toError("test").issues.map(({ path, message }) => `${path}: ${message}`);
}

const AT = "plugins.shelf.permissions";

test("checkPermissions() finds nothing wrong with what this Node can hold a plugin to", async (t) => {
  t.deepEqual(await mistakes({ permissions: { fsRead: ["data"], fsWrite: ["*"], net: false } }), []);
});

test("checkPermissions() asks nothing of Node for a plugin without permissions, or with env alone", async (t) => {
  const node = { flag: undefined };
  t.deepEqual(await mistakes({}, { node }), []);
  t.deepEqual(await mistakes({ permissions: { env: ["HOME"] } }, { node }), []);
  const [mistake = ""] = await mistakes({ permissions: { worker: true } }, { node });
  t.regex(
    mistake,
    /^plugins\.shelf\.permissions: expected env alone: this Node, v.*, has no permission model/,
  );
});

test("checkPermissions() refuses to keep from the network where Node cannot", async (t) => {
  const node = { limitsNet: false };
  t.deepEqual(await mistakes({ permissions: { net: true } }, { node }), []);
  const [mistake = ""] = await mistakes({ permissions: { net: false } }, { node });
  t.true(mistake.startsWith(`${AT}.net: expected true or nothing: this Node`), mistake);
});

test("checkPermissions() refuses paths that the model takes for others", async (t) => {
  const permissions = { fsRead: ["*", "data*", "a,b"], fsWrite: ["data/*"] };
  t.deepEqual(await mistakes({ permissions }), [
    `${AT}.fsRead[1]: expected a path without "*", which Node takes for more: received "data*"`,
    `${AT}.fsWrite[0]: expected a path without "*", which Node takes for more: received "data/*"`,
  ]);
  const first = await mistakes({ permissions }, { node: { isFirstForm: true } });
  t.is(first.length, 3);
  t.true(first[1]?.startsWith(`${AT}.fsRead[2]: expected a path without "*" and ","`), first[1]);
  t.deepEqual(await mistakes({ permissions: { worker: false } }, { readable: ["/srv/*/shelf.mjs"] }), [
    `${AT}: expected paths without "*", which Node takes for more for what the plugin imports: found /srv/*/shelf.mjs`,
  ]);
});

test("checkPermissions() refuses a thread where threads are held to nothing, and no process", async (t) => {
  const threads = { isEnforced: false };
  t.deepEqual(await mistakes({ permissions: { worker: false } }, { threads }), [
    `plugins.shelf.isolation: expected "process" beside permissions: this Node does not keep a thread to them`,
  ]);
  t.deepEqual(await mistakes({ isolation: "process", permissions: { worker: false } }, { threads }), []);
});

test("checkPermissions() refuses a thread that would read the working folder unasked", async (t) => {
  const threads = { hidesWorkingFolder: false };
  const [mistake = ""] = await mistakes({ permissions: { fsRead: ["data"] } }, { threads });
  t.true(
    mistake.startsWith(`${AT}.fsRead: expected the working folder, /work, among the paths, or`),
    mistake,
  );
  for (const fsRead of [["/work"], ["/"], ["*"], ["../work"]])
    t.deepEqual(await mistakes({ permissions: { fsRead } }, { threads }), []);
  t.deepEqual(await mistakes({ permissions: { worker: false } }, { threads, readable: ["/work"] }), []);
  t.deepEqual(await mistakes({ isolation: "process", permissions: { fsRead: [] } }, { threads }), []);
});

test("loadConfig() reports every mistake in permissions at once", async (t) => {
  const cwd = await makeFolder(t, BUILT_IN_MEMORY);
  const permissions = { env: ["A=B", 1], fsRead: "data", worker: "yes", childProces: true };
  const error = await t.throwsAsync(
    loadConfig({ plugins: { memory: { isolation: "fiber", permissions } } }, { cwd, env: {} }),
    { instanceOf: ConfigError },
  );
  const at = "plugins.memory.permissions";
  const found = error?.issues.map(({ path, message }) => `${path}: ${message}`).toSorted() ?? [];
  t.deepEqual(
    found.filter((line) => line.startsWith(at)),
    [
      `${at}.childProces: unknown key: did you mean "childProcess"?`,
      `${at}.env[0]: expected the name of an environment variable: received "A=B"`,
      `${at}.env[1]: expected a string: received 1`,
      `${at}.fsRead: expected a list of paths, ["*"] for all: received "data"`,
      `${at}.worker: expected true or false: received "yes"`,
    ],
  );
});

test("loadConfig() makes the paths of permissions absolute, from the configuration's folder", async (t) => {
  const cwd = await makeFolder(t, { ...BUILT_IN_MEMORY, "data/x": "" });
  const permissions = { fsRead: [cwd, "data", "data/"], fsWrite: ["later", "*"] };
  const { plugins } = await loadConfig({ plugins: { memory: { permissions } } }, { cwd, env: {} });
  t.like(plugins.get("memory")?.permissions.grants, { fsRead: [cwd, join(cwd, "data")], fsWrite: ["*"] });
});
