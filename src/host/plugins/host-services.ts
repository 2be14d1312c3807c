/** What every plugin of one host shares. */
import type { Logger } from "pino";
import type { Clock } from "../clock.js";
import type { SecretMask } from "../config/secret-mask.js";
import type { Deadlines } from "../calls/deadlines.js";
import type { StartLife } from "../life/life.js";
import type { CrashReports } from "../reports/crash-reports.js";
import type { BackendRegistry } from "./backend-registry.js";
import type { NativeModules } from "./native-modules.js";

export interface HostServices {
  /** Names the host process. */
  readonly hostId: string;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly logger: Logger;
  readonly secrets: SecretMask;
  readonly registry: BackendRegistry;
  readonly natives: NativeModules;
  readonly maxValueBytes: number;
  readonly startLife: StartLife;
  /** Writes a report of each life that ends against the plan; `undefined`: none is asked for. */
  readonly reports: CrashReports | undefined;
}
