/** `stockpile server`: a server from its start to its end, which is the end of the process. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { ConfigError } from "../host/main.js";
import { FakeMojang } from "../mojang/main.js";
import { startServer } from "../server/main.js";
import type { CloseOptions, RunningServer } from "../server/main.js";
import { devHints } from "./dev-hints.js";
import { onHangUp } from "./on-hang-up.js";
import { openOutput } from "./open-output.js";
import type { Output } from "./open-output.js";
import { packageVersion } from "../server/package-version.js";
import { pluginTable } from "./plugin-table.js";
import { ProcessEnd } from "./process-end.js";
import { reportFailure } from "./report-failure.js";
import { ServerWatch } from "./watch/server-watch.js";

/** The options of the command. */
export interface RunServerOptions {
  readonly config?: string;
  readonly dev?: boolean;
  readonly logLevel?: string;
  readonly host?: string;
  readonly port?: number;
  readonly banner: boolean;
  readonly watch?: boolean;
}

/** For a configuration that is wrong: to start again is of no use. `EX_CONFIG` of sysexits.h. */
const CONFIG_EXIT_CODE = 78;
/** Taken from the working folder where neither `--config` nor `--dev` is given. */
const DEFAULT_CONFIG = "stockpile.json";
/** The configuration the package comes with for trying things out: it leaves nothing behind. */
const DEV_CONFIG = fileURLToPath(new URL("../../../config/dev.json", import.meta.url));

/**
 * Runs a server until it is told to stop, and ends the process: with 0 after an orderly stop, with 78 where the
 * configuration is wrong, with 1 after another failure.
 * @throws {Error} there is no configuration, or a package for readable logs is missing; nothing was started.
 */
export async function runServer(options: RunServerOptions): Promise<void> {
  const config = findConfig(options);
  const isDev = options.dev ?? false;
  const output = await openOutput({
    level: options.logLevel ?? (isDev ? "debug" : "info"),
    isHuman: isDev || process.stdout.isTTY,
    isColoured: isColoured(),
  });
  const end = new ProcessEnd(output);
  let fake: FakeMojang | undefined;
  let server: RunningServer | undefined;
  let isStopping = false;
  onHangUp({
    onReload: async () => {
      if (server !== undefined && !isStopping) await reconfigure(server, output, { signal: "SIGHUP" });
      else output.logger.warn("Passed over SIGHUP, as the server is starting or stopping");
    },
    onGone: () => end.stop("SIGHUP"),
  });
  try {
    fake = isDev ? await openFake(output) : undefined;
    server = await startServer({
      config,
      ...(fake === undefined ? {} : { mojangUpstream: { services: fake.url, sessions: fake.url } }),
      logger: output.logger,
      ownsGlobals: true, // The process is the server's: plugins have globals of their own.
      ...(options.host === undefined ? {} : { host: options.host }),
      ...(options.port === undefined ? {} : { port: options.port }),
    });
  } catch (error) {
    reportFailure(error);
    return end.exit(error instanceof ConfigError ? CONFIG_EXIT_CODE : 1);
  }
  end.limitMs = (server.config.drain ?? 0) + server.config.stop;
  if (options.banner) output.print(banner(server, config, fake));
  const watch = options.watch === true ? await watchServer(server, config, output) : undefined;
  const exitCode = await end.requested;
  isStopping = true;
  // What it has under way ends with the server.
  void watch?.close();
  // After an exception nobody caught the process is not to be trusted any longer than it takes to stop.
  await closeServer(server, { drain: exitCode === 0 }, end, output);
  await fake?.close();
  return end.exit(exitCode);
}

/** Whoever tries things out shall not spend what Mojang grants this address, nor find players by made-up names. */
async function openFake({ logger }: Output): Promise<FakeMojang> {
  const fake = await FakeMojang.open();
  const { url, players } = fake;
  logger.warn(
    { url, players },
    "Asks a fake Mojang on this machine, which knows these players and no others",
  );
  return fake;
}

function findConfig({ config, dev }: RunServerOptions): string {
  if (config !== undefined) return config;
  if (dev === true) return DEV_CONFIG;
  if (existsSync(DEFAULT_CONFIG)) return DEFAULT_CONFIG;
  throw new Error(
    `Cannot start server: expected --config <path>, --dev, or a file ${DEFAULT_CONFIG} in the working folder`,
  );
}

/** @param fake what is asked in place of Mojang: then somebody tries things out. */
function banner({ address, stockpile }: RunningServer, config: string, fake?: FakeMojang): string {
  const { at, plugins } = stockpile.health();
  const width = process.stdout.isTTY ? process.stdout.columns : undefined;
  const table = pluginTable(plugins, { now: at, width, isColoured: isColoured() });
  const origin = fake === undefined ? config : `built in, memory storage: nothing is kept (${config})`;
  const head = `Stockpile ${packageVersion()} listens on ${address.url}\nConfiguration: ${origin}\n${table}\n`;
  return fake === undefined ? head : head + devHints({ url: address.url, players: fake.players });
}

function isColoured(): boolean {
  return process.stdout.isTTY && process.stdout.hasColors();
}

function watchServer(server: RunningServer, config: string, output: Output): Promise<ServerWatch> {
  return ServerWatch.begin({
    server,
    config,
    logger: output.logger,
    reconfigure: () => reconfigure(server, output, { config }),
  });
}

/**
 * @param cause what made it necessary, for the log.
 * @returns whether the configuration was taken.
 */
async function reconfigure(server: RunningServer, { logger }: Output, cause: object): Promise<boolean> {
  logger.info(cause, "Reading the configuration again");
  try {
    await server.reconfigure();
    return true;
  } catch (error) {
    logger.error({ err: error }, "The configuration was not taken: everything goes on as it was");
    return false;
  }
}

async function closeServer(
  server: RunningServer,
  options: CloseOptions,
  end: ProcessEnd,
  output: Output,
): Promise<void> {
  const { abandonedThreads, undelivered } = await server.close(options);
  if (undelivered > 0)
    output.logger.warn({ undelivered }, "Stopped with writes that no backend has acknowledged");
  if (abandonedThreads > 0) {
    // They cannot be ended, and an orderly exit would wait for them for ever.
    await end.kill("Killing this process, as threads are stuck in it", { abandonedThreads });
  }
  output.logger.info("Stopped");
}
