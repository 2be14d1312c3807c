/** A plugin whose backend is one of this repository's with the bug planted that its options name. */
import type { PluginContext, PluginMetadata } from "@stockpile/core/plugin";
import * as file from "@stockpile/plugin-file";
import * as memory from "@stockpile/plugin-memory";
import { ALL_BUGS } from "./bugs.js";

export const metadata: PluginMetadata = { name: "Planted", version: "1.0.0" };

export async function initializePlugin(context: PluginContext): Promise<void> {
  const { bug } = context.options as { readonly bug: string };
  const planted = ALL_BUGS.find(({ what }) => what === bug);
  if (planted === undefined) throw new Error(`There is no bug "${bug}"`);
  const { base = "memory", plant } = planted;
  await { memory, file }[base].initializePlugin({
    ...context,
    options: {},
    registerStorageBackend: (_id, factory) =>
      context.registerStorageBackend("planted", async (parameters, backendContext) =>
        plant(await factory(parameters, backendContext), backendContext, parameters),
      ),
  });
}
