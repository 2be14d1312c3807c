/** The HTTP server's public face, exported as `@stockpile/core/server`. */
export type { Answer, MojangCache, MojangConfig, MojangEvent } from "../mojang/main.js";
export { ListenError } from "./listen-error.js";
export { DEFAULT_HOST, DEFAULT_PORT } from "./server-config.js";
export type { ServerConfig } from "./server-config.js";
export type { ServerOptions } from "./server-options.js";
export { startServer } from "./start-server.js";
export type { CloseOptions, RunningServer, ServerAddress, ServerClosed } from "./start-server.js";
