/** Development as it is done: real files, a real server and a real build, each in a process of its own. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import test from "ava";
import { send } from "../../server/send.js";
import { until } from "../../support/until.js";
import { ROOT, RunningCommand, startServerCommand } from "../run-command.js";
import { SHELF_SOURCE, writePackage } from "../plugin-build/write-package.js";
import { temporaryFolder, writeConfig } from "../write-config.js";

/** A plugin's module, of that version. */
function moduleOf(version: string): string {
  return `export const metadata = { name: "Shelf", version: "${version}" };
export async function initializePlugin(context) {
  await context.registerStorageBackend("shelf", () => ({ get() {}, put() {}, purge() {} }));
}
`;
}

/** As editors save: the new file takes the place of the old one. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

async function versionOf(url: string): Promise<string | undefined> {
  const health = JSON.parse((await send(url, "/health")).body.toString());
  return health.plugins.find(({ name }: { name: string }) => name === "shelf")?.metadata?.version;
}

/** Waits until what the command has printed on stderr matches. */
async function complained(command: RunningCommand, pattern: RegExp): Promise<void> {
  await until(`${pattern} on stderr`, () => pattern.test(command.stderr));
}

test.serial("stockpile server --watch takes a plugin's module into use when it is saved", async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "shelf.mjs");
  writeFileSync(file, moduleOf("1.0.0"));
  const config = writeConfig(t, { plugins: { shelf: { module: file } }, storage: { plugin: "shelf" } });
  const { command, url } = await startServerCommand(t, ["--config", config, "--watch"]);
  await command.printed(/"plugins":\["shelf"\],"msg":"Watching the configuration, and the code of plugins"/);
  t.is(await versionOf(url), "1.0.0");

  replace(file, moduleOf("2.0.0"));
  await command.printed(
    /"plugin":"shelf","file":"shelf\.mjs","elapsedMs":\d+,"msg":"A change of shelf\.mjs was in use after \d+ ms"/,
  );
  t.is(await versionOf(url), "2.0.0");

  replace(file, "export const metadata = ;");
  await command.printed(/"msg":"A change of shelf\.mjs was not taken: the former life goes on"/);
  t.is(await versionOf(url), "2.0.0");
  t.is((await send(url, "/readyz")).status, 200);

  writeFileSync(file, moduleOf("3.0.0"));
  await command.printed(/was in use after[^]*was not taken[^]*was in use after/);
  t.is(await versionOf(url), "3.0.0");
  command.child.kill("SIGTERM");
  t.is((await command.ended).code, 0);
});

test.serial(
  "stockpile server --watch watches the folder of a package's module, one that failed too",
  async (t) => {
    const folder = temporaryFolder(t);
    const dist = join(folder, "shelf/dist");
    mkdirSync(join(dist, "lib"), { recursive: true });
    writeFileSync(
      join(folder, "shelf/package.json"),
      `{ "name": "shelf", "type": "module", "exports": "./dist/main.js" }`,
    );
    writeFileSync(join(dist, "lib/version.js"), `throw new Error("not yet");`);
    writeFileSync(
      join(dist, "main.js"),
      `import { version } from "./lib/version.js";\n${moduleOf("").replace('version: ""', "version")}`,
    );
    const config = writeConfig(t, {
      plugins: { shelf: { module: join(folder, "shelf"), restart: { burst: 1 } } },
      storage: { plugin: "shelf" },
    });
    const { command, url } = await startServerCommand(t, ["--config", config, "--watch"]);
    await command.printed(/"msg":"Watching the configuration, and the code of plugins"/);
    t.is(await versionOf(url), undefined);
    writeFileSync(join(dist, "lib/version.js"), `export const version = "1.0.0";`);
    await command.printed(/"msg":"A change of lib\/version\.js was in use after \d+ ms"/);
    t.is(await versionOf(url), "1.0.0");
    command.child.kill("SIGINT");
    t.is((await command.ended).code, 0);
  },
);

test.serial(
  "stockpile server --watch takes its configuration again when it is saved, and watches what is new in it",
  async (t) => {
    const folder = temporaryFolder(t);
    for (const name of ["shelf", "drawer"]) writeFileSync(join(folder, `${name}.mjs`), moduleOf("1.0.0"));
    const shelf = { module: join(folder, "shelf.mjs") };
    const config = writeConfig(t, { plugins: { shelf }, storage: { plugin: "shelf" } });
    const { command, url } = await startServerCommand(t, ["--config", config, "--watch"]);
    await command.printed(/"plugins":\["shelf"\],"msg":"Watching/);

    replace(config, `{ "plugins": `);
    await command.printed(/"msg":"The configuration was not taken: everything goes on as it was"/);
    t.is(await versionOf(url), "1.0.0");

    const moved = { module: join(folder, "drawer.mjs") };
    replace(config, JSON.stringify({ plugins: { shelf: moved }, storage: { plugin: "shelf" } }));
    await until("two lists of what is watched", () => command.stdout.match(/"msg":"Watching/g)?.length === 2);
    replace(join(folder, "drawer.mjs"), moduleOf("2.0.0"));
    await command.printed(/A change of drawer\.mjs was in use after/);
    t.is(await versionOf(url), "2.0.0");
    replace(join(folder, "shelf.mjs"), moduleOf("3.0.0"));
    replace(join(folder, "drawer.mjs"), moduleOf("2.1.0"));
    await command.printed(/drawer\.mjs was in use[^]*drawer\.mjs was in use/);
    t.notRegex(command.stdout, /A change of shelf\.mjs/);
    command.child.kill("SIGTERM");
    t.is((await command.ended).code, 0);
  },
);

test.serial(
  "stockpile server --watch takes a configuration that was refused once what was wrong with a module is mended",
  async (t) => {
    const folder = temporaryFolder(t);
    const [old, next] = [join(folder, "old.mjs"), join(folder, "next.mjs")];
    writeFileSync(old, moduleOf("1.0.0"));
    writeFileSync(next, "export const metadata = ;");
    const config = writeConfig(t, { plugins: { shelf: { module: old } }, storage: { plugin: "shelf" } });
    const { command, url } = await startServerCommand(t, ["--config", config, "--watch"]);
    await command.printed(/"msg":"Watching/);

    replace(config, JSON.stringify({ plugins: { shelf: { module: next } }, storage: { plugin: "shelf" } }));
    await command.printed(/The configuration was not taken[^]*"msg":"Watching/);
    replace(old, moduleOf("1.1.0"));
    await command.printed(/A change of old\.mjs was in use after/);
    t.is(await versionOf(url), "1.1.0", "what runs is watched as before");

    replace(next, moduleOf("2.0.0"));
    await command.printed(/Goes by another configuration[^]*"msg":"Watching/);
    t.is(await versionOf(url), "2.0.0");
    t.notRegex(command.stdout, /A change of next\.mjs was in use after/);
    replace(next, moduleOf("2.1.0"));
    await command.printed(/A change of next\.mjs was in use after/);
    t.is(await versionOf(url), "2.1.0");
    command.child.kill("SIGTERM");
    t.is((await command.ended).code, 0);
  },
);

test.serial(
  "stockpile server does not watch without being told to, and never what is installed",
  async (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, "node_modules/shelf/main.js");
    mkdirSync(join(folder, "node_modules/shelf"), { recursive: true });
    writeFileSync(
      join(folder, "node_modules/shelf/package.json"),
      `{ "name": "shelf", "type": "module", "main": "main.js" }`,
    );
    writeFileSync(file, moduleOf("1.0.0"));
    const config = writeConfig(t, { plugins: { shelf: { module: file } }, storage: { plugin: "shelf" } });
    const { command } = await startServerCommand(t, ["--config", config, "--watch"]);
    await command.printed(/"plugins":\[\],"msg":"Watching the configuration, and the code of plugins"/);
    const plain = await startServerCommand(t, ["--config", config]);
    t.notRegex(plain.command.stdout, /Watching/);
  },
);

test.serial("a change of the source is built by one command and taken into use by the other", async (t) => {
  const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE });
  const plugins = temporaryFolder(t);
  const out = join(plugins, "shelf.mjs");
  // Its source imports nothing that is left at run time, but esbuild is to be found.
  const build = new RunningCommand(["plugin", "build", folder, "--out", out, "--watch"], {
    cwd: ROOT,
  }).read();
  t.teardown(() => build.child.kill("SIGKILL"));
  await build.printed(/Built Shelf 1\.2\.0[^]*took +\d+ ms[^]*Watching /);
  const config = writeConfig(t, { pluginDirectory: plugins, storage: { plugin: "shelf" } });
  const { command, url } = await startServerCommand(t, ["--config", config, "--watch"]);
  await command.printed(/Watching the configuration/);
  t.is(await versionOf(url), "1.2.0");

  const source = join(folder, "src/main.ts");
  replace(source, SHELF_SOURCE.replace("1.2.0", "1.3.0"));
  await build.printed(/Built Shelf 1\.3\.0/);
  await command.printed(/A change of shelf\.mjs was in use after \d+ ms/);
  t.is(await versionOf(url), "1.3.0");

  replace(source, SHELF_SOURCE.replace("new Map", "new ("));
  await complained(build, /Cannot build plugin "shelf".*1 error/);
  replace(source, SHELF_SOURCE.replace("initializePlugin", "initialisePlugin"));
  await complained(build, /initializePlugin/);
  t.is(await versionOf(url), "1.3.0");
  replace(source, SHELF_SOURCE.replace("1.2.0", "1.4.0"));
  await build.printed(/Built Shelf 1\.4\.0/);
  build.child.kill("SIGINT");
  t.is((await build.ended).code, 0);
});

test.serial("stockpile plugin build --watch does not take its own output for a source", async (t) => {
  const folder = writePackage(t, { "src/main.ts": SHELF_SOURCE });
  const build = new RunningCommand(["plugin", "build", folder, "--watch"], { cwd: ROOT }).read();
  t.teardown(() => build.child.kill("SIGKILL"));
  await build.printed(/Watching /);
  const manifest = join(folder, "package.json");
  const text = readFileSync(manifest, "utf8");
  replace(manifest, text.replace(/"name": *"[^"]*"/, `"name": "renamed"`));
  await build.printed(/renamed\.mjs/);
  await build.printed(/took[^]*took/);
  const builds = (): number => build.stdout.match(/took/g)?.length ?? 0;
  const before = builds();
  await sleep(1000);
  t.is(builds(), before);
  build.child.kill("SIGINT");
  t.is((await build.ended).code, 0);
});

test.serial("stockpile plugin build --watch fails where there is no plugin", async (t) => {
  const build = new RunningCommand(["plugin", "build", temporaryFolder(t), "--watch"]).read();
  t.is((await build.ended).code, 1);
});
