/**
 * The plugin's side of the port: the one task of the thread. It settles only when the plugin has been told to stop.
 *
 * Everything that runs here shares the thread with the plugin. It protects the host from honest mistakes; against
 * a plugin that means harm the host guards itself (`src/host/life/`).
 */
import { expose, wrap } from "comlink";
import { PROTOCOL_VERSION } from "../contract/protocol.js";
import type { BootData, HostApi } from "../contract/protocol.js";
import { portEndpoint } from "../contract/port-endpoint.js";
import { Pulse } from "../contract/pulse.js";
import { guardAddonLoading } from "./guard-addon-loading.js";
import { hostPort } from "./host-port.js";
import { startLogs } from "./logs/start-logs.js";
import { runPlugin } from "./run-plugin.js";
import { startPulse } from "./start-pulse.js";

/** Runs a plugin from its import to its stop. */
export default async function main(boot: BootData): Promise<void> {
  if (boot.protocol !== PROTOCOL_VERSION) {
    throw new Error(
      `Cannot run plugin "${boot.name}": expected protocol ${boot.protocol}: this worker speaks ${PROTOCOL_VERSION}`,
    );
  }
  const pulse = new Pulse(boot.pulse);
  const stopPulse = startPulse(pulse);
  guardAddonLoading(pulse);

  const endpoint = portEndpoint(boot.port);
  const host = hostPort(wrap<HostApi>(endpoint));
  const logs = startLogs(boot.logLevel, host.log);
  await runPlugin({
    boot,
    pulse,
    host,
    logs,
    expose: (api) => expose(api, endpoint),
  });
  stopPulse();
  boot.port.close();
}
