import type { Logger } from "pino";

import type { Clock, Stockpile } from "../../host/main.js";
import { MojangCache, mojangConfigSchema } from "../../mojang/main.js";
import type { MojangConfig } from "../../mojang/main.js";

export interface OpenMojangOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Whom to ask in place of what the section says. */
  readonly mojangUpstream?: MojangConfig["upstream"];
}

/**
 * Opens the domain on a cache; `undefined`: its configuration has no "mojang" section.
 * @throws {ConfigError} what the configuration says of the domain's categories does not go together.
 */
export function openMojang(stockpile: Stockpile, options: OpenMojangOptions): MojangCache | undefined {
  const config = configOf(stockpile, options);
  return config === undefined ? undefined : MojangCache.open(stockpile, config, options);
}

/** What is different in the configuration that the cache goes by now: names of settings. */
export function mojangDifferences(
  stockpile: Stockpile,
  options: OpenMojangOptions,
  current: MojangCache | undefined,
): string[] {
  const next = configOf(stockpile, options);
  return JSON.stringify(next) === JSON.stringify(current?.config) ? [] : ["mojang"];
}

/** The section, which the host has checked already. */
function configOf(stockpile: Stockpile, { mojangUpstream }: OpenMojangOptions): MojangConfig | undefined {
  const config = mojangConfigSchema.parse(stockpile.mojangConfig);
  return config === undefined || mojangUpstream === undefined
    ? config
    : { ...config, upstream: mojangUpstream };
}
