import { statSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { FolderWatch } from "./folder-watch.js";
import { SettledJob } from "./settled-job.js";

export interface ConfigWatchOptions {
  /** A file, or a folder of them. */
  readonly config: string;
  /** It has changed. Must not reject. */
  readonly onChange: () => Promise<void>;
  readonly onFailure: (folder: string, error: Error) => void;
}

/** Watches a configuration, by the folder that its file lies in, or that it is. */
export class ConfigWatch {
  readonly #watch: FolderWatch;
  readonly #job: SettledJob<"configuration">;

  constructor({ config, onChange, onFailure }: ConfigWatchOptions) {
    const path = resolve(config);
    const isFolder = statSync(path).isDirectory();
    const isPart = (changed: string): boolean => (isFolder ? extname(changed) === ".json" : changed === path);
    this.#job = new SettledJob(() => onChange());
    this.#watch = new FolderWatch({
      folder: isFolder ? path : dirname(path),
      isDeep: false,
      onChange: (changed) => {
        if (isPart(changed)) this.#job.touch("configuration");
      },
      onFailure,
    });
  }

  /** Resolves once it watches. */
  get ready(): Promise<void> {
    return this.#watch.ready;
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#job.close();
  }
}
