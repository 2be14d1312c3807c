import { existsSync } from "node:fs";
import { basename, dirname, extname, relative, sep } from "node:path";
import type { PluginReport } from "../../host/main.js";
import { FolderWatch } from "./folder-watch.js";
import { SettledJob } from "./settled-job.js";

export interface PluginWatchOptions {
  readonly plugin: Pick<PluginReport, "name" | "file" | "packageFolder">;
  /** Its code has changed; `file` is what of it, relative to the folder of its module. Must not reject. */
  readonly onChange: (name: string, file: string) => Promise<void>;
  readonly onFailure: (folder: string, error: Error) => void;
}

/** What a module imports. */
const CODE: ReadonlySet<string> = new Set([".js", ".mjs", ".cjs", ".json", ".node", ".wasm"]);

/**
 * Watches the code of one plugin: its module alone, or where that belongs to a package, the folder it lies in and those
 * below.
 */
export class PluginWatch {
  readonly #watch: FolderWatch;
  readonly #job: SettledJob<string>;

  constructor({ plugin: { name, file, packageFolder }, onChange, onFailure }: PluginWatchOptions) {
    const folder = dirname(file);
    this.#job = new SettledJob(async ([first = file]) => {
      // Removed, or about to be replaced: the change that brings it back follows.
      if (existsSync(file)) await onChange(name, relative(folder, first) || basename(file));
    });
    const isCode = (path: string): boolean =>
      packageFolder === undefined ? path === file || path === folder : isCodeOfPackage(path);
    this.#watch = new FolderWatch({
      folder,
      isDeep: packageFolder !== undefined,
      onChange: (path) => {
        if (isCode(path)) this.#job.touch(path);
      },
      onFailure,
    });
  }

  /** Whether there is anything to watch: what is installed changes by an install, and not while one works on it. */
  static isOf({ file }: Pick<PluginReport, "file">): boolean {
    return !file.split(sep).includes("node_modules");
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

/** What has no extension may be a folder that has come. */
function isCodeOfPackage(path: string): boolean {
  const name = basename(path);
  return !name.startsWith(".") && (CODE.has(extname(name)) || extname(name) === "");
}
