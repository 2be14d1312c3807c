import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PROTOCOL_VERSION } from "../../contract/protocol.js";
import { checkConfig } from "../../host/main.js";

/** The plugin's name in a configuration that is only looked at. */
const NAME = "wrapped";

/** A module of ours around a plugin's, for a Stockpile to load in its place. */
export interface WrapperModule {
  /** Absolute path of the file. */
  readonly file: string;
  readonly remove: () => Promise<void>;
}

/**
 * Writes a module that says of itself what the plugin says, and initialises it by way of a wrapper. It is a file,
 * because a configuration names no other modules, and its `metadata` are the plugin's, because they decide what it
 * runs in.
 * @param plugin `file:` URL of the plugin's module.
 * @param wrapper `file:` URL of a module with an export `wrap`, which makes one `initializePlugin` of another.
 */
export async function writeWrapperModule(plugin: URL, wrapper: URL): Promise<WrapperModule> {
  const folder = await mkdtemp(join(tmpdir(), "stockpile-kit-"));
  const file = join(folder, "wrapped.mjs");
  const native = (await isDeclaredNative(plugin)) ? " native" : "";
  const source = `/* @stockpile protocol ${PROTOCOL_VERSION}${native} */
import * as plugin from ${JSON.stringify(plugin.href)};
import { wrap } from ${JSON.stringify(wrapper.href)};
export const metadata = plugin.metadata;
export const initializePlugin = wrap(plugin.initializePlugin);
`;
  await writeFile(file, source);
  return { file, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Whether a plugin says, before it is imported, that it loads native addons: it then runs in a process by default. */
async function isDeclaredNative(plugin: URL): Promise<boolean> {
  const { plugins } = await checkConfig({ plugins: { [NAME]: { module: fileURLToPath(plugin) } } });
  return plugins.find(({ name }) => name === NAME)?.isolation === "process";
}
