import type { Health, PluginHealth } from "../host/main.js";

/** Health as anybody may read it who can reach the server. */
export interface PublicHealth extends Omit<Health, "plugins"> {
  readonly plugins: readonly Omit<PluginHealth, "inspectorUrl">[];
}

/** Leaves out where debuggers attach: whoever knows that address controls the plugin. */
export function publicHealth(health: Health): PublicHealth {
  const plugins = health.plugins.map((plugin) => {
    const { inspectorUrl: _, ...open } = plugin;
    return open;
  });
  return { ...health, plugins };
}
