import type { Logger } from "pino";
import type { z } from "zod";
import type { Clock } from "./clock.js";

export interface OpenOptions {
  /** Where log lines go, those of plugins included. Default: warnings and worse as JSON lines on standard error. */
  readonly logger?: Logger;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Checks the configuration's `server` section, which is otherwise taken as it stands. */
  readonly serverSchema?: z.ZodType;
  /** Checks its `mojang` section, which is otherwise taken as it stands. */
  readonly mojangSchema?: z.ZodType;
}
