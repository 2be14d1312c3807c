import { canonicalJson } from "../config/canonical-json.js";
import type { PluginConfig } from "../config/config.js";

/** Whether settings are the same, but for where the module was looked for: what was found there counts. */
export function areSame(left: PluginConfig, right: PluginConfig): boolean {
  return canonicalJson({ ...left, specifier: "" }) === canonicalJson({ ...right, specifier: "" });
}

/** Whether a life that was begun with one of these has to give way to one that is begun with the other. */
export function needsNewLife(left: PluginConfig, right: PluginConfig): boolean {
  return !areSame(withoutOutside(left), withoutOutside(right));
}

/** What the host goes by and no life is told of is the same everywhere then. */
function withoutOutside(config: PluginConfig): PluginConfig {
  return {
    ...config,
    startup: "optional",
    spare: false,
    restart: { burst: 0, windowMs: 0, backoffMs: 0, maxBackoffMs: 0 },
    limits: { ...config.limits, queuedWrites: 0, queuedBytes: 0 },
  };
}
