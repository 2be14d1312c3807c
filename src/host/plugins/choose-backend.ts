/** Which of a plugin's backends a storage means: the one it names, or the only one. */
import { PluginLoadError } from "../../contract/errors.js";
import type { StorageConfig } from "../config/config.js";

/** @throws {PluginLoadError} with operation `choose`: there is no such backend, or more than one and none is named. */
export function chooseBackend(
  { plugin, backend }: StorageConfig,
  { registered, file }: { readonly registered: ReadonlySet<string>; readonly file: string },
): string {
  const refuse = (expected: string): PluginLoadError =>
    new PluginLoadError(
      `Cannot use plugin "${plugin}" from ${file} as storage: expected ${expected}: it has registered ${listed(registered)}`,
      {
        pluginName: plugin,
        operation: "choose",
        ...(backend === undefined ? {} : { backendId: backend }),
      },
    );
  if (backend !== undefined) {
    if (registered.has(backend)) return backend;
    throw refuse(`storage backend "${backend}"`);
  }
  const [only, ...others] = registered;
  if (only === undefined) throw refuse("a storage backend");
  if (others.length > 0) throw refuse('"backend" to name one of its storage backends');
  return only;
}

function listed(registered: ReadonlySet<string>): string {
  return registered.size === 0 ? "none" : [...registered].map((id) => `"${id}"`).join(", ");
}
