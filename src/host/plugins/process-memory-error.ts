import { PluginLoadError } from "../../contract/errors.js";
import { whyTooLittleForProcess } from "../config/check-process-memory.js";
import type { PluginConfig } from "../config/config.js";

/**
 * Why a plugin that has turned out to be native cannot have a process with the memory it is allowed, if it cannot. What
 * declares that it is native was refused with its configuration.
 */
export function processMemoryError({ name, file, limits }: PluginConfig): PluginLoadError | undefined {
  const why = whyTooLittleForProcess(limits.memoryMb);
  if (why === undefined) return undefined;
  return new PluginLoadError(
    `Cannot load plugin "${name}" from ${file}: it is native, and is to run in a process: limits.memoryMb: ${why}; or set "isolation": "thread"`,
    { pluginName: name },
  );
}
