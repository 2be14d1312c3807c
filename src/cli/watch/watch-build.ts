/** `stockpile plugin build --watch`: builds whenever the source changes, until it is told to end. */
import { once } from "node:events";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { buildPlugin } from "../build-plugin.js";
import type { BuildPluginOptions } from "../build-plugin.js";
import { findOutput } from "../plugin-build/find-output.js";
import { readPluginPackage } from "../plugin-build/read-plugin-package.js";
import { reportFailure } from "../report-failure.js";
import { startWatchdog } from "../start-watchdog.js";
import { SourceWatch } from "./source-watch.js";

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
  outputs.add(await findOutput(await readPluginPackage(folder), options.out, options.sourcemap === true));
  let isStuck = false;
  const build = async (): Promise<void> => {
    const startedAt = performance.now();
    try {
      await buildPlugin(directory, {
        ...options,
        onOutput: (file) => outputs.add(file),
        onAbandoned: () => (isStuck = true),
      });
      process.stdout.write(`  took      ${Math.round(performance.now() - startedAt)} ms\n`);
    } catch (error) {
      reportFailure(error);
    }
  };
  const told = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const watch = new SourceWatch({ folder, outputs, onChange: build });
  await watch.ready;
  await build();
  process.stdout.write(`Watching ${folder}, until Ctrl-C\n`);
  await told;
  await watch.close();
  if (isStuck) startWatchdog(EXIT_LIMIT_MS);
}
