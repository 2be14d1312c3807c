/** `stockpile plugin dev`: a server with the plugin in it that takes each change of the source as it is saved. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { openOutput } from "./open-output.js";
import type { Output } from "./open-output.js";
import { freshParameters } from "./plugin-check/fresh-parameters.js";
import { readCheckSettings } from "./plugin-check/check-settings.js";
import type { CheckSettings } from "./plugin-check/check-settings.js";
import { readPluginPackage } from "./plugin-build/read-plugin-package.js";
import { DevSession } from "./plugin-dev/dev-session.js";
import { ProcessEnd } from "./process-end.js";
import { SourceWatch } from "./watch/source-watch.js";

/** The options of the command; those that are there win over what the package.json says for checks. */
export interface DevPluginOptions extends Pick<
  CheckSettings,
  "backend" | "options" | "parameters" | "isolation"
> {
  readonly host?: string;
  readonly port?: number;
  readonly logLevel?: string;
  /** Lets a debugger attach to the plugin. */
  readonly inspect?: boolean;
  /** How long the import of what was built may take, in ms. */
  readonly limitMs: number;
}

/**
 * Builds, serves and watches until it is told to end; then ends the process: with 0, or killed where a thread is stuck.
 * @throws {Error} there is no plugin to work on; nothing was started.
 */
export async function devPlugin(directory: string, options: DevPluginOptions): Promise<void> {
  const { directory: folder, name } = await readPluginPackage(resolve(directory));
  const settings = { ...(await readCheckSettings(folder)), ...given(options) };
  const output = await openOutput({
    level: options.logLevel ?? "debug",
    isHuman: true,
    isColoured: process.stdout.isTTY && process.stdout.hasColors(),
  });
  const end = new ProcessEnd(output);
  const work = await mkdtemp(join(tmpdir(), "stockpile-dev-"));
  const { parameters, cleanUp } = freshParameters(settings.parameters);
  const opened = parameters();
  const outFile = join(work, `${name}.mjs`);
  let isStuck = false;
  const session = new DevSession({
    name,
    directory: folder,
    outFile,
    limitMs: options.limitMs,
    config: configOf(name, outFile, { ...settings, parameters: opened }, options.inspect === true),
    host: options.host,
    port: options.port,
    output,
    onAbandoned: () => (isStuck = true),
  });
  let ended: Ended;
  try {
    ended = await watchUntilEnd({ session, folder, outFile, output, end });
  } finally {
    await rm(work, { recursive: true, force: true });
    cleanUp(opened);
  }
  const { exitCode, abandonedThreads } = ended;
  if (isStuck || abandonedThreads > 0)
    await end.kill("Killing this process, as threads are stuck in it", { abandonedThreads });
  return end.exit(exitCode);
}

interface Watched {
  readonly session: DevSession;
  readonly folder: string;
  readonly outFile: string;
  readonly output: Output;
  readonly end: ProcessEnd;
}

interface Ended {
  readonly exitCode: number;
  readonly abandonedThreads: number;
}

/** Has the session take each change until the process is told to end, and closes it then. */
async function watchUntilEnd({ session, folder, outFile, output, end }: Watched): Promise<Ended> {
  const watch = new SourceWatch({ folder, outputs: new Set([outFile]), onChange: () => session.take() });
  let exitCode: number;
  try {
    await watch.ready;
    await session.take();
    output.print(`Watching ${folder}${process.stdin.isTTY ? "; Enter tells how the plugin does" : ""}\n`);
    const keys = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
    keys?.on("line", () => session.tellHealth());
    exitCode = await end.requested;
    end.limitMs = session.stopMs ?? end.limitMs;
    keys?.close();
  } finally {
    await watch.close();
  }
  const { abandonedThreads } = await session.close();
  return { exitCode, abandonedThreads };
}

/** A configuration in which the plugin stores everything, and nothing is answered in its place. */
function configOf(
  name: string,
  module: string,
  { backend, options, parameters, isolation, limits }: CheckSettings,
  inspect: boolean,
): object {
  return {
    plugins: {
      [name]: {
        module,
        ...(options === undefined ? {} : { options }),
        ...(isolation === undefined ? {} : { isolation }),
        ...(limits === undefined ? {} : { limits }),
        ...(inspect ? { inspect } : {}),
      },
    },
    storage: {
      plugin: name,
      ...(backend === undefined ? {} : { backend }),
      ...(parameters === undefined ? {} : { parameters }),
    },
    near: false,
    // Its author tries it out from this machine.
    server: { openWrites: true },
  };
}

/** What the command line says, without what it does not. */
function given({ backend, options, parameters, isolation }: DevPluginOptions): CheckSettings {
  const said = { backend, options, parameters, isolation };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}
