import type { Logger } from "pino";
export class PluginLogSink { readonly o: { logger: Logger; mask: (t: string) => string }; constructor(o: { logger: Logger; mask: (t: string) => string }) { this.o = o; } accept(lines: unknown, _dropped: unknown): boolean { for (const l of lines as {message:string}[]) this.o.logger.info(l.message); return true; } }
