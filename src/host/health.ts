/** What `health()` answers: a snapshot that never waits for a plugin. */
import type { CategoryHealth } from "./cache/category-health.js";
import type { PluginHealth } from "./plugins/plugin-health.js";

export interface Health {
  /** `down` only when a required plugin is not serving; `degraded` when any other does not serve whole. */
  readonly status: "ok" | "degraded" | "down";
  /** When it was taken, milliseconds since the epoch. */
  readonly at: number;
  readonly plugins: readonly PluginHealth[];
  readonly categories: readonly CategoryHealth[];
}

/** What the state of its plugins makes of the whole. */
export function statusOf(plugins: readonly PluginHealth[]): Health["status"] {
  if (plugins.some(({ startup, state }) => startup === "required" && !isServing(state))) return "down";
  return plugins.every(({ state }) => state === "ready") ? "ok" : "degraded";
}

function isServing(state: PluginHealth["state"]): boolean {
  return state === "ready" || state === "degraded";
}
