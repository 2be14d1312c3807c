import type { PluginOutline } from "./outline.js";

/** Whether what is said switches Node's permission model on for a plugin: any permission but `env` does. */
export function isUnderModel({ permissions }: PluginOutline): boolean {
  return Object.keys(permissions).some((key) => key !== "env");
}
