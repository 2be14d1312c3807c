import { pino } from "pino";
import type { Logger } from "pino";

/** What plugins log in a check is not what it is about. */
export const silentLogger: Logger = pino({ level: "silent" });
