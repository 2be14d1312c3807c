import test from "ava";
import { PluginUnavailableError } from "../../../src/contract/errors.js";
import type { PluginChange } from "../../../src/host/config/change-plugin.js";
import type { PluginConfig } from "../../../src/host/config/config.js";
import { Plugins } from "../../../src/host/plugins/plugins.js";
import type { PluginSupervisor } from "../../../src/host/plugins/supervisor.js";

/** Plugins whose supervisors only note what they are asked. */
function makePlugins(): { plugins: Plugins; asked: string[] } {
  const asked: string[] = [];
  const supervisors = ["redis", "file"].map((name): [string, PluginSupervisor] => {
    const note = (operation: string) => async () => void asked.push(`${operation} ${name}`);
    const supervisor = {
      start: note("start"),
      stop: note("stop"),
      restart: note("restart"),
      config: { name },
      reload: async (settings: Promise<PluginConfig>) =>
        void asked.push(`reload ${name} ${String((await settings).options)}`),
      health: () => ({ name }),
    };
    return [name, supervisor as unknown as PluginSupervisor]; // asked for no more
  });
  const change = async (config: PluginConfig, { options }: PluginChange): Promise<PluginConfig> => ({
    ...config,
    options,
  });
  return { plugins: new Plugins(new Map(supervisors), change), asked };
}

test("Plugins leads each plugin by its name", async (t) => {
  const { plugins, asked } = makePlugins();
  await plugins.restart("redis");
  await plugins.stop("file");
  await plugins.start("file");
  await plugins.reload("redis", { options: "changed" });
  t.deepEqual(asked, ["restart redis", "stop file", "start file", "reload redis changed"]);
  t.deepEqual(
    plugins.list().map(({ name }) => name),
    ["redis", "file"],
  );
});

for (const operation of ["restart", "stop", "start", "reload"] as const) {
  for (const name of ["other", "constructor", ""]) {
    test(`${operation}() rejects for a plugin named "${name}", and says which there are`, async (t) => {
      const { plugins, asked } = makePlugins();
      const error = await t.throwsAsync(plugins[operation](name), { instanceOf: PluginUnavailableError });
      t.is(error.message, `There is no plugin "${name}": expected one of "redis", "file"`);
      t.is(error.pluginName, name);
      t.deepEqual(asked, []);
    });
  }
}
