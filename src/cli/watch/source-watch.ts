import { basename, dirname, extname } from "node:path";
import { reportFailure } from "../report-failure.js";
import { FolderWatch } from "./folder-watch.js";
import { SettledJob } from "./settled-job.js";

/** What a source consists of, and what says how it is built. */
const SOURCES: ReadonlySet<string> = new Set([
  "",
  ".ts",
  ".mts",
  ".cts",
  ".tsx",
  ".js",
  ".mjs",
  ".cjs",
  ".jsx",
  ".json",
]);

export interface SourceWatchOptions {
  /** The plugin's, absolute. */
  readonly folder: string;
  /** What is built of it, absolute: a change of that is none of the source. More may be added while it watches. */
  readonly outputs: ReadonlySet<string>;
  /** Something below the folder has changed, and nothing more since. Must not reject. */
  readonly onChange: () => Promise<void>;
}

/** Watches the source of a plugin: its folder and those below, `node_modules` left out. */
export class SourceWatch {
  readonly #watch: FolderWatch;
  readonly #job: SettledJob<string>;

  constructor({ folder, outputs, onChange }: SourceWatchOptions) {
    const job = new SettledJob<string>(onChange);
    this.#job = job;
    this.#watch = new FolderWatch({
      folder,
      isDeep: true,
      onChange: (path) => {
        if (isSource(path, outputs)) job.touch(path);
      },
      onFailure: (failed, error) =>
        reportFailure(new Error(`Cannot watch ${failed}: ${error.message}`, { cause: error })),
    });
  }

  /** Resolves once it watches. */
  get ready(): Promise<void> {
    return this.#watch.ready;
  }

  /** Resolves when nothing of it is under way any more. */
  async close(): Promise<void> {
    this.#watch.close();
    await this.#job.close();
  }
}

/** Whether a change of it may change the build. What has no extension may be a folder that has come. */
function isSource(path: string, outputs: ReadonlySet<string>): boolean {
  const name = basename(path);
  const isOutput = [...outputs].some((file) => [file, `${file}.map`, dirname(file)].includes(path));
  return !isOutput && !name.startsWith(".") && SOURCES.has(extname(name));
}
