/** `stockpile plugin build --watch`: builds whenever the source changes, until it is told to end. */
import { once } from "node:events";
import { basename, dirname, extname, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { buildPlugin } from "../build-plugin.js";
import type { BuildPluginOptions } from "../build-plugin.js";
import { findOutput } from "../plugin-build/find-output.js";
import { readPluginPackage } from "../plugin-build/read-plugin-package.js";
import { reportFailure } from "../report-failure.js";
import { startWatchdog } from "../start-watchdog.js";
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
/** How long this process may go on, in ms, once a thread is stuck that its exit would wait for. */
const EXIT_LIMIT_MS = 1000;

/**
 * Builds now and at each change below the plugin's folder, `node_modules` left out, each time in full and with all
 * checks: what does not pass is told, and the last build stays. Resolves when SIGINT or SIGTERM comes.
 * @throws {Error} there is no plugin to build.
 */
export async function watchBuild(directory: string, options: BuildPluginOptions): Promise<void> {
  const folder = resolve(directory);
  /** What is built is no source. The package may be given another name meanwhile, and its file with it. */
  const outputs = new Set<string>();
  const nameOutput = async (): Promise<void> => {
    const plugin = await readPluginPackage(folder);
    outputs.add(await findOutput(plugin, options.out, options.sourcemap === true));
  };
  await nameOutput();
  let isStuck = false;
  const build = async (): Promise<void> => {
    const startedAt = performance.now();
    try {
      await nameOutput();
      await buildPlugin(directory, { ...options, onAbandoned: () => (isStuck = true) });
      process.stdout.write(`  took      ${Math.round(performance.now() - startedAt)} ms\n`);
    } catch (error) {
      reportFailure(error);
    }
  };
  const told = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const job = new SettledJob(build);
  const watch = new FolderWatch({
    folder,
    isDeep: true,
    onChange: (path) => {
      if (isSource(path, outputs)) job.touch(path);
    },
    onFailure: (unwatched, error) =>
      reportFailure(new Error(`Cannot watch ${unwatched}: ${error.message}`, { cause: error })),
  });
  await watch.ready;
  await build();
  process.stdout.write(`Watching ${folder}, until Ctrl-C\n`);
  await told;
  watch.close();
  await job.close();
  if (isStuck) startWatchdog(EXIT_LIMIT_MS);
}

/** Whether a change of it may change the build. What has no extension may be a folder that has come. */
function isSource(path: string, outputs: ReadonlySet<string>): boolean {
  const name = basename(path);
  const isOutput = [...outputs].some((file) => [file, `${file}.map`, dirname(file)].includes(path));
  return !isOutput && !name.startsWith(".") && SOURCES.has(extname(name));
}
