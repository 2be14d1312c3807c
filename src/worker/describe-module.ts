/** Describes a module's exports as data, so that the host can judge them before anything of them is called. */
import type { ModuleDescription } from "../contract/protocol.js";

/** Export names reported; more only lengthen a message. */
const MAX_EXPORTS = 64;

export function describeModule(module: Record<string, unknown>): ModuleDescription {
  const { metadata, initializePlugin } = module;
  return {
    exports: Object.keys(module).slice(0, MAX_EXPORTS),
    types: { metadata: typeOf(metadata), initializePlugin: typeOf(initializePlugin) },
    ...cloned(metadata),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function cloned(metadata: unknown): { metadata?: unknown } {
  try {
    return { metadata: structuredClone(metadata) };
  } catch {
    // A function or the like inside: the host says that metadata must be plain data.
    return {};
  }
}
