import type { ServerConfig } from "./server-config.js";
import type { TlsFiles } from "./tls-files.js";

/** Settings that a running server takes, besides the files of its `tls`. */
const LIVE: ReadonlySet<string> = new Set<keyof ServerConfig>(["token"]);

/** The "server" section a server goes by: what it was started with, and what it has taken since. */
export class LiveConfig {
  #current: ServerConfig;

  /** @param start with the defaults filled in. */
  constructor(start: ServerConfig) {
    this.#current = start;
  }

  get current(): ServerConfig {
    return this.#current;
  }

  /** @param token the one that holds from now on; `undefined`: none. */
  takeToken(token: string | undefined): void {
    const { token: _former, ...rest } = this.#current;
    this.#current = token === undefined ? rest : { ...rest, token };
  }

  /** What is in these files is shown from now on. */
  takeTls(tls: TlsFiles): void {
    this.#current = { ...this.#current, tls };
  }

  /**
   * Names the settings of another section that hold from the next start on.
   * @param overridden those that something else than the configuration decides.
   */
  differences(next: ServerConfig, overridden: ReadonlySet<keyof ServerConfig>): string[] {
    const current = this.#current;
    const names = Object.keys({ ...current, ...next }) as (keyof ServerConfig)[];
    return (
      names
        .filter((name) => JSON.stringify(current[name]) !== JSON.stringify(next[name]) && !LIVE.has(name))
        // Other files are taken at once; another protocol is not.
        .filter((name) => name !== "tls" || current.tls === undefined || next.tls === undefined)
        .filter((name) => !overridden.has(name))
        .map((name) => `server.${name}`)
    );
  }
}
