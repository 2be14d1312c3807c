/** `rpc.SystemService`: the server itself. */
import type { Stockpile } from "../../host/main.js";
import { packageVersion } from "../package-version.js";
import type { PluginListMessage, StatusMessage } from "./messages.js";
import type { Reply } from "./unary.js";

/** Tells this server from the first Stockpile, whose brand was "vanilla" unless somebody had changed it. */
const BRAND = "stockpile";

/** Answers without waiting for anything. */
export class SystemService {
  readonly #stockpile: Stockpile;

  constructor(stockpile: Stockpile) {
    this.#stockpile = stockpile;
  }

  /** A package has neither commit nor time of build: those stay empty. */
  getStatus(): Reply<StatusMessage> {
    const version = packageVersion();
    return { message: { Brand: BRAND, Version: version, VersionFull: `${BRAND}-${version}` } };
  }

  /** Every plugin of the configuration; one that was never loaded has nothing but its key to be named by. */
  getPlugins(): Reply<PluginListMessage> {
    const plugins = this.#stockpile.health().plugins.map(({ name, metadata }) => ({
      Name: metadata?.name ?? name,
      Version: metadata?.version ?? "",
      Authors: metadata?.authors ?? [],
      Website: metadata?.website ?? "",
    }));
    return { message: { Plugins: plugins } };
  }
}
