import type { Isolation } from "../config/config.js";
import type { Life, LifeOptions } from "../life/life.js";
import { MovableLife } from "../life/movable-life.js";
import type { MovableLifeOptions } from "../life/movable-life.js";
import { lifeOptions } from "./life-options.js";
import type { SessionOptions } from "./session-options.js";
import { toLoadError } from "./to-load-error.js";

type Listeners = Pick<LifeOptions, "onEnd" | "onOutput"> & Pick<MovableLifeOptions, "onAbandoned">;

/**
 * Starts what carries a session's plugin: a thread or a process, as its configuration and what is known of its module say.
 * @param logLevel Lines below this pino level value are not wanted.
 */
export function beginLife(
  { config, services, life }: SessionOptions,
  logLevel: number,
  { onAbandoned, ...listeners }: Listeners,
): MovableLife {
  const { hostId, maxValueBytes, natives } = services;
  const start = (isolation: Isolation): Life =>
    services.startLife({
      ...lifeOptions({ ...config, isolation }, { hostId, life, logLevel, maxValueBytes }),
      ...listeners,
    });
  const onLost = (cause: unknown): void =>
    listeners.onEnd({ kind: "load", message: toLoadError(config.name, cause).message, cause });
  return new MovableLife({ start, isolation: natives.isolationOf(config), onLost, onAbandoned });
}
