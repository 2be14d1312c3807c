/**
 * The plugin's side of the pipes: what a process of a plugin runs. The plugin has its main thread; `main.ts` is the
 * same for a thread.
 *
 * Everything that runs here shares the process with the plugin. It protects the host from honest mistakes; against
 * a plugin that means harm the host guards itself (`src/host/life/`).
 */
import { join } from "node:path";
import { expose, wrap } from "comlink";
import { messageEndpoint } from "../contract/message-endpoint.js";
import { PROTOCOL_VERSION } from "../contract/protocol.js";
import type { HostApi, LifeData } from "../contract/protocol.js";
import { Pulse } from "../contract/pulse.js";
import { hostPort } from "./host-port.js";
import { startLogs } from "./logs/start-logs.js";
import { ignoreSignals } from "./process/ignore-signals.js";
import { sayLastWords } from "./process/last-words.js";
import { PipeChannel } from "./process/pipe-channel.js";
import { startWatchdog } from "./process/start-watchdog.js";
import { runPlugin } from "./run-plugin.js";
import { startPulse } from "./start-pulse.js";

/** Made by scripts/bundle-worker.mjs, as this file is. */
const WATCHDOG_FILE = join(__dirname, "process", "watchdog.cjs");

async function main(): Promise<void> {
  const pulse = new Pulse();
  const watching = startWatchdog(pulse, WATCHDOG_FILE);
  const channel = new PipeChannel();
  const boot = (await channel.first()) as LifeData; // the host's promise
  startPulse(pulse);
  const endpoint = messageEndpoint(channel.post);
  const host = hostPort(wrap<HostApi>(endpoint));
  const logs = startLogs(boot.logLevel, host.log);
  ignoreSignals(sayLastWords({ pulse, flush: () => logs.flush(), post: channel.post }));
  if (boot.protocol !== PROTOCOL_VERSION) {
    throw new Error(
      `Cannot run plugin "${boot.name}": expected protocol ${boot.protocol}: this worker speaks ${PROTOCOL_VERSION}`,
    );
  }
  // The watchdog is a thread: its permission to be one cannot be taken back before. Else nobody needs to wait for it.
  if (boot.confinement !== undefined) await watching;
  await runPlugin({
    boot,
    pulse,
    host,
    logs,
    expose: (api) => {
      expose(api, endpoint);
      channel.start((message) => endpoint.deliver(message));
    },
  });
  // Nothing is left to do, whatever the plugin has left behind.
  process.exit(0);
}

// What it rejects with is an error that nobody catches.
void main();
