/**
 * What plugins are kept from, with real threads and processes. The tests run in an empty working folder, which is granted in all of
 * them but those that are about it: there are Nodes that cannot keep a thread from it.
 */
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import test from "ava";
import type { ExecutionContext } from "ava";
import { pino } from "pino";
import { ConfigError, Stockpile } from "../../src/host/main.js";
import type { PluginHealth } from "../../src/host/main.js";
import { nodePermissions } from "../../src/host/permissions/node-permissions.js";
import { tryThreadPermissions } from "../../src/host/permissions/try-thread-permissions.js";
import { makeFolder } from "../host/config/make-folder.js";
import { leavesNothing } from "../support/leaves-nothing.js";

const PROBER = fileURLToPath(new URL("../fixtures/prober.js", import.meta.url));
const DENIED = "ERR_ACCESS_DENIED";
/** A port that nobody listens on, and what comes of it where a connection may be tried. */
const NOBODYS_PORT = "1";
const REFUSED = "ECONNREFUSED";
/** A plugin, after what its test has it import. */
const PLUGIN = `
export const metadata = { name: "Right", version: "1.0.0" };
export async function initializePlugin(context) {
  await context.registerStorageBackend("none", () => ({ get() {}, put() {}, purge() {} }));
}`;

leavesNothing(test);

const home = process.cwd();
const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), "stockpile-elsewhere-")));
test.before(() => process.chdir(elsewhere));
test.after.always(() => {
  process.chdir(home);
  rmSync(elsewhere, { recursive: true });
});

type Attempts = Readonly<Record<string, readonly [kind: string, argument: string]>>;

type Kind = "thread" | "process";
const KINDS: readonly Kind[] = ["thread", "process"];

interface TrialOptions {
  readonly isolation?: Kind;
  /** The folder of the configuration. */
  readonly folder: string;
  readonly module?: string;
  readonly permissions?: Readonly<Record<string, unknown>>;
  readonly attempts?: Attempts;
}

interface Trial {
  /** What came of each attempt. */
  readonly came: Record<string, unknown>;
  readonly health: PluginHealth | undefined;
  readonly lines: readonly { readonly level: number; readonly msg?: string }[];
}

/** Runs a plugin once. */
async function run(t: ExecutionContext, options: TrialOptions): Promise<Trial> {
  const { folder, module = PROBER, isolation = "thread", permissions, attempts = {} } = options;
  const limits = { start: "15s" };
  const held = permissions === undefined ? {} : { permissions };
  const plugin = { module, isolation, options: attempts, limits, ...held };
  const config = join(folder, "stockpile.json");
  await writeFile(config, JSON.stringify({ plugins: { prober: plugin }, storage: { plugin: "prober" } }));
  const lines: { level: number; msg?: string; came?: Record<string, unknown> }[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const stockpile = await Stockpile.open(config, { logger });
  t.teardown(() => stockpile.close());
  const health = stockpile.plugins.list()[0];
  await stockpile.close();
  return { came: lines.find(({ msg }) => msg === "Tried")?.came ?? {}, health, lines };
}

/** Grants with the working folder, so that every Node takes them for a thread. */
function grants(said: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...said, fsRead: [elsewhere, ...((said["fsRead"] as string[] | undefined) ?? [])] };
}

for (const isolation of KINDS) {
  test.serial(`${isolation}: a plugin sees no environment variable that is not listed`, async (t) => {
    process.env["STOCKPILE_TEST_SEEN"] = "seen";
    process.env["STOCKPILE_TEST_HIDDEN"] = "hidden";
    t.teardown(() => {
      delete process.env["STOCKPILE_TEST_SEEN"];
      delete process.env["STOCKPILE_TEST_HIDDEN"];
    });
    const folder = await makeFolder(t);
    const attempts: Attempts = { env: ["env", ""] };
    t.deepEqual((await run(t, { isolation, folder, attempts })).came, { env: {} });
    const env = ["STOCKPILE_TEST_SEEN", "STOCKPILE_TEST_UNSET", "constructor"];
    const listed = await run(t, { isolation, folder, attempts, permissions: { env } });
    t.deepEqual(listed.came, { env: { STOCKPILE_TEST_SEEN: "seen" } });
  });
}

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: without permissions, or with env alone, a plugin may do what the host may`,
    async (t) => {
      const folder = await makeFolder(t, { "notes.txt": "private" });
      const attempts: Attempts = {
        read: ["read", join(folder, "notes.txt")],
        write: ["write", join(folder, "new.txt")],
        thread: ["thread", ""],
        run: ["run", "/bin/pwd"],
      };
      const free = { read: "private", write: "done", thread: "done", run: elsewhere };
      t.deepEqual((await run(t, { isolation, folder, attempts })).came, free);
      t.deepEqual((await run(t, { isolation, folder, attempts, permissions: { env: [] } })).came, free);
    },
  );
}

for (const isolation of KINDS) {
  test.serial(`${isolation}: one permission given denies all others`, async (t) => {
    const folder = await makeFolder(t, { "data/a.txt": "granted", "notes.txt": "private" });
    const attempts: Attempts = {
      granted: ["read", join(folder, "data/a.txt")],
      folder: ["list", join(folder, "data")],
      private: ["read", join(folder, "notes.txt")],
      above: ["list", folder],
      write: ["write", join(folder, "data/b.txt")],
      run: ["run", "/bin/pwd"],
      thread: ["thread", ""],
      addon: ["addon", ""],
    };
    const { came } = await run(t, { isolation, folder, attempts, permissions: grants({ fsRead: ["data"] }) });
    t.like(came, {
      granted: "granted",
      folder: ["a.txt"],
      private: DENIED,
      write: DENIED,
      run: DENIED,
      thread: DENIED,
      addon: "ERR_DLOPEN_DISABLED",
    });
    // The first form of the model lets a folder be listed that several paths have in common.
    if (!nodePermissions.isFirstForm) t.is(came["above"], DENIED);
    t.is(readFileSync(join(folder, "notes.txt"), "utf8"), "private");
  });
}

for (const isolation of KINDS) {
  test.serial(`${isolation}: what is granted is allowed, each by itself`, async (t) => {
    const folder = await makeFolder(t);
    const attempts: Attempts = {
      run: ["run", "/bin/pwd"],
      thread: ["thread", ""],
      addon: ["addon", ""],
      connect: ["connect", NOBODYS_PORT],
    };
    const tryWith = async (said: Record<string, unknown>): Promise<Record<string, unknown>> =>
      (await run(t, { isolation, folder, attempts, permissions: grants(said) })).came;
    const denied = { run: DENIED, thread: DENIED, addon: "ERR_DLOPEN_DISABLED", connect: REFUSED };
    t.deepEqual(await tryWith({}), denied);
    t.deepEqual(await tryWith({ childProcess: true }), { ...denied, run: elsewhere });
    t.deepEqual(await tryWith({ worker: true }), { ...denied, thread: "done" });
    // It gets as far as to find that this is no addon.
    t.deepEqual(await tryWith({ addons: true }), { ...denied, addon: "ERR_DLOPEN_FAILED" });
  });
}

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: a folder that is made later may be written, and its neighbour with a longer name may not`,
    async (t) => {
      const folder = await makeFolder(t, { "data2/a.txt": "private" });
      const permissions = grants({ fsRead: ["data"], fsWrite: ["data"] });
      const attempt = async (attempts: Attempts): Promise<unknown> =>
        (await run(t, { isolation, folder, attempts, permissions })).came;
      t.deepEqual(await attempt({ neighbour: ["write", join(folder, "data2/b.txt")] }), {
        neighbour: DENIED,
      });
      await mkdir(join(folder, "data"));
      const inside: Attempts = {
        write: ["write", join(folder, "data/b.txt")],
        read: ["read", join(folder, "data/b.txt")],
      };
      t.deepEqual(await attempt(inside), { write: "done", read: "written" });
    },
  );
}

test.serial('"*" grants every path', async (t) => {
  const folder = await makeFolder(t, { "notes.txt": "private" });
  const attempts: Attempts = {
    read: ["read", join(folder, "notes.txt")],
    write: ["write", join(folder, "new.txt")],
    run: ["run", "/bin/pwd"],
  };
  const { came } = await run(t, { folder, attempts, permissions: { fsRead: ["*"], fsWrite: ["*"] } });
  t.deepEqual(came, { read: "private", write: "done", run: DENIED });
});

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: a granted path with a symbolic link in it is granted where it leads to as well`,
    async (t) => {
      const folder = await makeFolder(t, { "disk/a.txt": "granted" });
      await symlink(join(folder, "disk"), join(folder, "data"));
      const attempts: Attempts = {
        link: ["read", join(folder, "data/a.txt")],
        target: ["read", join(folder, "disk/a.txt")],
      };
      const { came } = await run(t, {
        isolation,
        folder,
        attempts,
        permissions: grants({ fsRead: ["data"] }),
      });
      t.deepEqual(came, { link: "granted", target: "granted" });
    },
  );
}

test.serial("the permissions of one plugin change nothing for the host and for other plugins", async (t) => {
  const folder = await makeFolder(t, { "notes.txt": "private" });
  const attempts: Attempts = { read: ["read", join(folder, "notes.txt")] };
  const plugin = (permissions: object): object => ({
    module: PROBER,
    options: attempts,
    permissions,
    limits: { start: "15s" },
  });
  const lines: { plugin?: string; came?: unknown }[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const plugins = { held: plugin(grants()), free: plugin({}) };
  const stockpile = await Stockpile.open({ plugins, storage: { plugin: "memory" } }, { logger });
  t.teardown(() => stockpile.close());
  await stockpile.close();
  const cameOf = (name: string): unknown =>
    lines.find(({ plugin: by, came }) => by === name && came !== undefined)?.came;
  t.deepEqual(cameOf("held"), { read: DENIED });
  t.deepEqual(cameOf("free"), { read: "private" });
  t.is(readFileSync(join(folder, "notes.txt"), "utf8"), "private");
});

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: a plugin imports its package and the packages installed above it, and nothing of its user`,
    async (t) => {
      const folder = await makeFolder(t, {
        "package.json": JSON.stringify({ name: "users-app", type: "module" }),
        "secrets.mjs": "export const secret = 1;",
        "node_modules/shelf/package.json": JSON.stringify({
          name: "shelf",
          type: "module",
          main: "lib/main.js",
        }),
        "node_modules/shelf/lib/main.js": `import "./other.js"; import "dep"; ${PLUGIN}`,
        "node_modules/shelf/lib/other.js": "",
        "node_modules/shelf/node_modules/own/index.js": "",
        "node_modules/dep/package.json": JSON.stringify({ name: "dep", main: "index.cjs" }),
        "node_modules/dep/index.cjs": `require("own-of-dep");`,
        "node_modules/own-of-dep/index.js": "",
        "lone.mjs": `import "dep"; ${PLUGIN}`,
        "nosy.mjs": `import "./secrets.mjs"; ${PLUGIN}`,
      });
      const stateOf = async (module: string): Promise<PluginHealth | undefined> =>
        (await run(t, { isolation, folder, module, permissions: grants() })).health;
      t.is((await stateOf("shelf"))?.state, "ready");
      t.is((await stateOf("./lone.mjs"))?.state, "ready");
      const nosy = await stateOf("./nosy.mjs");
      t.is(nosy?.lastFailure?.kind, "load");
      const wanted = JSON.stringify(join(folder, "secrets.mjs"));
      t.true(
        nosy?.lastFailure?.message.includes(
          `expected ${wanted} among "fsRead" in plugins.prober.permissions`,
        ),
        nosy?.lastFailure?.message,
      );
    },
  );
}

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: a plugin imports packages that are linked, as workspaces and by npm link`,
    async (t) => {
      const app = await makeFolder(t);
      const workspace = await makeFolder(t, {
        "packages/shelf/package.json": JSON.stringify({
          name: "shelf",
          type: "module",
          main: "main.js",
          dependencies: { shared: "*", absent: "*" },
        }),
        "packages/shelf/main.js": `import "shared"; import "hoisted"; ${PLUGIN}`,
        "packages/shared/package.json": JSON.stringify({
          name: "shared",
          type: "module",
          main: "main.js",
          dependencies: { deeper: "*", shelf: "*" },
        }),
        "packages/shared/main.js": `import "deeper";`,
        "packages/deeper/package.json": JSON.stringify({ name: "deeper", type: "module", main: "main.js" }),
        "packages/deeper/main.js": "",
        "node_modules/hoisted/index.js": "",
      });
      for (const name of ["shelf", "shared", "deeper"])
        await symlink(join(workspace, "packages", name), join(workspace, "node_modules", name));
      await mkdir(join(app, "node_modules"));
      await symlink(join(workspace, "packages/shelf"), join(app, "node_modules/shelf"));
      const linked = await run(t, { isolation, folder: app, module: "shelf", permissions: grants() });
      t.is(linked.health?.state, "ready", linked.health?.lastFailure?.message);
    },
  );
}

for (const isolation of KINDS) {
  test.serial(`${isolation}: what Node says of its own flags is not logged`, async (t) => {
    const folder = await makeFolder(t);
    const permissions = grants({ childProcess: true, worker: true, addons: true, wasi: true });
    const { lines } = await run(t, { isolation, folder, permissions });
    t.deepEqual(
      lines.filter(({ level }) => level > 30),
      [],
    );
  });
}

test.serial(
  "the built-in plugin file serves with its folder granted, and says what is missing without",
  async (t) => {
    const folder = await makeFolder(t);
    const path = join(folder, "data");
    const open = (permissions: object): Promise<Stockpile> =>
      Stockpile.open(
        {
          plugins: { file: { permissions } },
          storage: { plugin: "file", parameters: { path } },
          near: false,
        },
        { logger: pino({ level: "silent" }) },
      );
    const stockpile = await open(grants({ fsRead: [path], fsWrite: [path] }));
    t.teardown(() => stockpile.close());
    const players = stockpile.category("player");
    await players.set("jeb", { name: "Jeb" });
    t.deepEqual(await players.get("jeb"), { name: "Jeb" });
    await stockpile.close();
    const again = await open(grants({ fsRead: [path], fsWrite: [path] }));
    t.teardown(() => again.close());
    t.deepEqual(await again.category("player").get("jeb"), { name: "Jeb" });
    await again.close();
    t.true(existsSync(path));

    const denied = await open(grants({ fsRead: [path] }));
    t.teardown(() => denied.close());
    const failure = denied.plugins.list()[0]?.backends[0]?.openFailure ?? "";
    t.regex(failure, /expected ".*" among "fsWrite" in plugins\.file\.permissions/);
  },
);

test.serial("a thread is kept from the working folder, or the configuration is refused", async (t) => {
  const folder = await makeFolder(t);
  await writeFile(join(elsewhere, "notes.txt"), "private");
  t.teardown(() => rmSync(join(elsewhere, "notes.txt")));
  const attempts: Attempts = { read: ["read", join(elsewhere, "notes.txt")] };
  const trial = run(t, { folder, attempts, permissions: { fsRead: ["data"] } });
  if ((await tryThreadPermissions()).hidesWorkingFolder) {
    t.deepEqual((await trial).came, { read: DENIED });
  } else {
    const error = await t.throwsAsync(trial, { instanceOf: ConfigError });
    t.true(
      error?.message.includes(
        `plugins.prober.permissions.fsRead: expected the working folder, ${elsewhere}, among the paths, or "isolation": "process": this Node, ${process.version}, lets a thread read the working folder in any case`,
      ),
      error?.message,
    );
  }
});

test.serial("a working folder that was changed to since is not read either", async (t) => {
  const folder = await makeFolder(t, { "app/notes.txt": "private" });
  process.chdir(join(folder, "app"));
  t.teardown(() => process.chdir(elsewhere));
  const attempts: Attempts = { read: ["read", join(folder, "app/notes.txt")] };
  const plugin = { module: PROBER, options: attempts, permissions: grants(), limits: { start: "15s" } };
  process.chdir(elsewhere);
  const config = { plugins: { prober: plugin }, storage: { plugin: "prober" } };
  const lines: { came?: unknown }[] = [];
  const logger = pino({ level: "info" }, { write: (line) => void lines.push(JSON.parse(line)) });
  const stockpile = await Stockpile.open(config, { logger });
  t.teardown(() => stockpile.close());
  process.chdir(join(folder, "app"));
  if ((await tryThreadPermissions()).hidesWorkingFolder) {
    await stockpile.plugins.restart("prober");
    await stockpile.close();
    t.deepEqual(lines.findLast(({ came }) => came !== undefined)?.came, { read: DENIED });
  } else {
    await t.throwsAsync(stockpile.plugins.restart("prober"), {
      message: /Cannot run under permissions: this Node lets a thread read the working folder/,
    });
  }
});

for (const isolation of KINDS) {
  test.serial(
    `${isolation}: the network can be denied where Node can, and the configuration is refused where it cannot`,
    async (t) => {
      const folder = await makeFolder(t);
      const attempts: Attempts = { connect: ["connect", NOBODYS_PORT] };
      const trial = run(t, { isolation, folder, attempts, permissions: grants({ net: false }) });
      if (nodePermissions.limitsNet) t.deepEqual((await trial).came, { connect: DENIED });
      else
        await t.throwsAsync(trial, {
          instanceOf: ConfigError,
          message: /permissions\.net: expected true or nothing: this Node/,
        });
    },
  );
}
