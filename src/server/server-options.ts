import type { Logger } from "pino";

import type { Clock } from "../host/main.js";
import type { MojangConfig } from "../mojang/main.js";

/** What `startServer` is given. */
export interface ServerOptions {
  /** The configuration: the path of a JSON file or of a folder of them, or an object of the same form. */
  readonly config: string | object;
  /** Takes the place of `server.host` in the configuration. */
  readonly host?: string;
  /** Takes the place of `server.port`; 0: any free port. */
  readonly port?: number;
  /** Default: none is written. */
  readonly logger?: Logger;
  /** Default: the machine's own. */
  readonly clock?: Clock;
  /** Whom to ask in place of Mojang, and of what the "mojang" section says; where there is such a section. */
  readonly mojangUpstream?: MojangConfig["upstream"];
  /**
   * Whether nothing else in the process needs the globals `Request` and `Response` as Node has them. The server then
   * replaces them for good by those of its HTTP adapter, with which an answer takes less of the processor; what `fetch`
   * answers is then no `instanceof Response`. Default `false`: the program around it keeps its own.
   */
  readonly ownsGlobals?: boolean;
}
