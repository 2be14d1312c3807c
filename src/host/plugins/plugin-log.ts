/** The host's own lines about one plugin, its secrets masked. */
import { logSafely } from "../logs/log-safely.js";
import type { HostServices } from "./host-services.js";

export class PluginLog {
  readonly #plugin: string;
  readonly #services: Pick<HostServices, "logger" | "secrets">;

  constructor(plugin: string, services: Pick<HostServices, "logger" | "secrets">) {
    this.#plugin = plugin;
    this.#services = services;
  }

  readonly mask = (text: string): string => this.#services.secrets.mask(text);

  /** @param life Which life it is about. */
  write(level: "info" | "warn" | "error", life: number, message: string, fields: object = {}): void {
    const line = { plugin: this.#plugin, life, ...fields };
    logSafely(() => this.#services.logger[level](line, this.mask(message)));
  }
}
