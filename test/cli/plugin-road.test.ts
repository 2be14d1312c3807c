/**
 * The road of a plugin's author, from nothing to a server that serves it: outside of the repository, from packed
 * tarballs. What `npm install` would fetch besides is linked from here, so that no registry is asked.
 */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import test from "ava";
import { RunningCommand, ROOT } from "./run-command.js";

/** The packages of this repository that an install of core brings. */
const OWN = [".", "plugins/file", "plugins/memory"];
/** What a step may take, in ms, on a machine that does other work too. */
const STEP_MS = 180_000;

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);

async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Packs the packages of this repository; answers each tarball by the package's name. */
async function pack(to: string): Promise<Map<string, string>> {
  const tarballs = new Map<string, string>();
  for (const folder of OWN) {
    const args = ["pack", join(ROOT, folder), "--pack-destination", to, "--ignore-scripts", "--silent"];
    const { stdout } = await run("npm", args, { cwd: to, timeout: STEP_MS });
    tarballs.set((await readManifest(join(ROOT, folder))).name, join(to, basename(stdout.trim())));
  }
  return tarballs;
}

/** Does in a folder what `npm install` does for a package.json there: its dependencies, and theirs of our packages. */
async function install(
  folder: string,
  names: readonly string[],
  tarballs: ReadonlyMap<string, string>,
): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, ".bin"), { recursive: true });
  const wanted = [...names];
  for (const name of wanted) {
    const place = join(modules, name);
    await mkdir(dirname(place), { recursive: true });
    const tarball = tarballs.get(name);
    if (tarball === undefined) {
      await symlink(join(ROOT, "node_modules", name), place, "junction");
      continue;
    }
    await mkdir(place);
    await run("tar", ["-xzf", tarball, "-C", place, "--strip-components=1"]);
    const { dependencies, optionalDependencies } = await readManifest(place);
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies }))
      if (!wanted.includes(each)) wanted.push(each);
  }
  if (wanted.includes("typescript")) await symlink("../typescript/bin/tsc", join(modules, ".bin/tsc"));
  await symlink("../@stockpile/core/dist/src/cli/main.js", join(modules, ".bin/stockpile"));
  await chmod(join(modules, ".bin/stockpile"), 0o755);
}

test("a plugin made by `plugin new` goes through test, check and build, and serves from a plugin directory", async (t) => {
  t.timeout(5 * STEP_MS);
  const home = await mkdtemp(join(tmpdir(), "stockpile-road-"));
  t.teardown(() => rm(home, { recursive: true, force: true }));
  const { STOCKPILE_DEBUG: _, ...env } = process.env;
  const shell = async (cwd: string, command: string, ...args: string[]): Promise<string> => {
    const { stdout, stderr } = await run(command, args, {
      cwd,
      env,
      timeout: STEP_MS,
      maxBuffer: 2 ** 24,
    }).catch((error: Error & { stdout?: string; stderr?: string }) => {
      throw new Error(`${command} ${args.join(" ")}: ${error.message}\n${error.stdout}\n${error.stderr}`);
    });
    return stdout + stderr;
  };
  const tarballs = await pack(home);
  await install(home, ["@stockpile/core"], tarballs);

  const made = await shell(home, "npx", "--no-install", "stockpile", "plugin", "new", "shelf", "--yes");
  t.true(made.startsWith("Made plugin shelf in "), made);
  const folder = join(home, "shelf");
  const { dependencies, devDependencies } = await readManifest(folder);
  await install(folder, Object.keys({ ...dependencies, ...devDependencies }), tarballs);

  const tested = await shell(folder, "npm", "test");
  t.regex(tested, /^(?:#|ℹ) fail 0$/m);
  t.true(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(tested)?.[1]) > 80, tested);

  const checked = await shell(folder, "npm", "run", "check");
  t.regex(checked, /^Shelf 0\.1\.0$/m);
  t.regex(checked, /^All \d+ checks hold$/m);

  await mkdir(join(home, "plugins"));
  const built = await shell(
    folder,
    "npx",
    "--no-install",
    "stockpile",
    "plugin",
    "build",
    "--out",
    "../plugins/",
  );
  t.regex(built, /^Built Shelf 0\.1\.0$/m);
  t.regex(built, /^ {2}source {4}src\/main\.ts, @stockpile\/core@/m);

  // The folder itself is away: the built file stands by itself.
  await rm(folder, { recursive: true });
  const config = {
    pluginDirectory: "plugins",
    storage: { plugin: "shelf", parameters: { maxEntries: 2 } },
    server: { openWrites: true },
  };
  await writeFile(join(home, "stockpile.json"), JSON.stringify(config));
  const main = join(home, "node_modules/@stockpile/core/dist/src/cli/main.js");
  const server = new RunningCommand(["server", "--port", "0"], { cwd: home, main }).read();
  t.teardown(() => server.child.kill("SIGKILL"));
  const url = await server.printed(/listens on (\S+)/);
  const entry = `${url}/cache/player/1`;
  t.is((await fetch(entry, { method: "PUT", body: "a value" })).status, 204);
  t.is(await (await fetch(entry)).text(), "a value");
  const health = (await (await fetch(`${url}/health`)).json()) as { readonly plugins: readonly object[] };
  t.like(health.plugins[0], { name: "shelf", state: "ready", metadata: { name: "Shelf", version: "0.1.0" } });
  server.child.kill("SIGTERM");
  t.is((await server.ended).code, 0);
});
