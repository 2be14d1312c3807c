/** The plugin `file` with a mistake in it, for the tests of this suite: a write that fails takes the old entry along. */
import type { PluginContext, StorageBackend } from "@stockpile/core/plugin";
import { openFileSubject } from "./file-subject.js";
import type { SubjectSetup } from "./subject-setup.js";

/** @param url Of the module that leads here. */
export async function openClumsyFileSubject(
  url: string,
  setup: SubjectSetup,
): Promise<Awaited<ReturnType<typeof openFileSubject>>> {
  const plugin = await openFileSubject(url, setup);
  return {
    ...plugin,
    initializePlugin: (context: PluginContext) =>
      plugin.initializePlugin({
        ...context,
        registerStorageBackend: (id, open) =>
          context.registerStorageBackend(id, async (parameters, backendContext) =>
            clumsy(await open(parameters, backendContext)),
          ),
      }),
  };
}

function clumsy(backend: StorageBackend): StorageBackend {
  const { put } = backend;
  return Object.assign(backend, {
    put: async (...[key, entry, call]: Parameters<typeof put>) => {
      try {
        await put.call(backend, key, entry, call);
      } catch (error) {
        await backend.purge(key, call);
        throw error;
      }
    },
  } satisfies Partial<StorageBackend>);
}
