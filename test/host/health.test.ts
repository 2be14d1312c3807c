import test from "ava";
import { statusOf } from "../../src/host/health.js";
import type { PluginHealth, PluginState } from "../../src/host/plugins/plugin-health.js";

/** `startup state` of each plugin, and what they make of the whole. */
const STATUS: Readonly<Record<string, "ok" | "degraded" | "down">> = {
  "": "ok",
  "optional ready": "ok",
  "required ready": "ok",
  "optional degraded": "degraded",
  "required degraded": "degraded",
  "optional starting": "degraded",
  "optional restarting": "degraded",
  "optional quarantined": "degraded",
  "optional stopped": "degraded",
  "required starting": "down",
  "required restarting": "down",
  "required quarantined": "down",
  "required stopped": "down",
  "required ready, optional ready": "ok",
  "required ready, optional quarantined": "degraded",
  "required degraded, optional stopped": "degraded",
  "optional ready, required restarting": "down",
  "required ready, required stopped": "down",
};

for (const [plugins, status] of Object.entries(STATUS)) {
  test(`statusOf() is ${status} for plugins that are: ${plugins === "" ? "none" : plugins}`, (t) => {
    t.is(statusOf(plugins.split(", ").flatMap(healthOf)), status);
  });
}

function healthOf(plugin: string): PluginHealth[] {
  const [startup, state] = plugin.split(" ");
  if (state === undefined) return [];
  // No more of it is looked at.
  return [{ startup: startup as "optional" | "required", state: state as PluginState } as PluginHealth];
}
