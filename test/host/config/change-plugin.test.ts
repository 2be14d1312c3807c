import test from "ava";
import { join } from "node:path";
import { ConfigError } from "../../../src/contract/errors.js";
import { changePlugin } from "../../../src/host/config/change-plugin.js";
import { makeConfig } from "../plugins/make-config.js";
import { makeFolder } from "./make-folder.js";

const FILES = { "first.mjs": "", "folder/second.mjs": "// stockpile-protocol: 1\n" };

test("changePlugin() takes options and module as the configuration does, and leaves what is left out", async (t) => {
  const directory = await makeFolder(t, FILES);
  const plugin = makeConfig({ specifier: "./first.mjs", options: { a: 1 } });
  const env = { PASSWORD: "hunter22" };
  const options = { password: "${env:PASSWORD}", list: [1] };
  const changed = await changePlugin(plugin, { options, module: "./folder/second.mjs" }, { directory, env });
  t.deepEqual([...changed.secrets], ["hunter22"]);
  t.like(changed.config, {
    name: "redis",
    specifier: "./folder/second.mjs",
    file: join(directory, "folder/second.mjs"),
    options: { password: "hunter22", list: [1] },
    limits: plugin.limits,
  });
  const same = await changePlugin(plugin, {}, { directory, env });
  t.like(same.config, { specifier: "./first.mjs", file: join(directory, "first.mjs"), options: { a: 1 } });
});

test("changePlugin() gives a module that says it is native a process, and one that does not a thread", async (t) => {
  const files = { ...FILES, "native.mjs": "/* @stockpile protocol 1 native */\n" };
  const directory = await makeFolder(t, files);
  const plugin = makeConfig({ specifier: "./first.mjs" });
  const isolationOf = async (from: typeof plugin, module: string): Promise<string> =>
    (await changePlugin(from, { module }, { directory })).config.isolation;
  t.is(await isolationOf(plugin, "./native.mjs"), "process");
  t.is(await isolationOf({ ...plugin, isolation: "process" }, "./first.mjs"), "thread");
  const said = { ...plugin, isolationIsExplicit: true };
  t.is(await isolationOf(said, "./native.mjs"), "thread", "what the configuration says goes before");
  const small = { ...plugin, limits: { ...plugin.limits, memoryMb: 95 } };
  const error = await t.throwsAsync(changePlugin(small, { module: "./native.mjs" }, { directory }), {
    instanceOf: ConfigError,
  });
  t.deepEqual(
    error.issues.map(({ path }) => path),
    ["plugins.redis.limits.memoryMb"],
  );
});

test("changePlugin() lists every mistake, secrets masked", async (t) => {
  const directory = await makeFolder(t, FILES);
  const plugin = makeConfig({ specifier: "./first.mjs" });
  const change = { options: { f: () => 1, unset: "${env:ABSENT}" }, module: "./${env:SECRET}.mjs" };
  const error = await t.throwsAsync(
    changePlugin(plugin, change, { directory, env: { SECRET: "hunter22" } }),
    { instanceOf: ConfigError },
  );
  t.deepEqual(
    error.issues.map(({ path }) => path),
    ["plugins.redis.options.f", "plugins.redis.options.unset", "plugins.redis.module"],
  );
  t.false(error.message.includes("hunter22"));
});

test("changePlugin() looks again for a module that is not to change", async (t) => {
  const directory = await makeFolder(t, FILES);
  const plugin = makeConfig({ specifier: "./gone.mjs" });
  const error = await t.throwsAsync(changePlugin(plugin, {}, { directory }), { instanceOf: ConfigError });
  t.is(error.issues[0]?.path, "plugins.redis.module");
});

for (const change of [null, [], "text", { option: 1 }, { module: 1 }, { module: "" }] as never[]) {
  test(`changePlugin() refuses ${JSON.stringify(change)}, which is a mistake of the calling program`, async (t) => {
    await t.throwsAsync(changePlugin(makeConfig(), change, { directory: "/" }), {
      instanceOf: TypeError,
      message: /^Cannot reload plugin: expected /,
    });
  });
}
