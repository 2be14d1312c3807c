/** A plugin's life inside its thread or process: import, initialise, serve, stop. */
import type { LifeData, ModuleDescription, Outcome, WorkerApi } from "../contract/protocol.js";
import { Phase } from "../contract/pulse.js";
import type { Pulse } from "../contract/pulse.js";
import { Backends } from "./backends.js";
import { CallServer } from "./call-server.js";
import { confine } from "./confine.js";
import { describeModule } from "./describe-module.js";
import type { HostPort } from "./host-port.js";
import type { WorkerLogs } from "./logs/start-logs.js";
import { openInspector } from "./open-inspector.js";
import { createPluginContext } from "./plugin-context.js";
import { toStartError } from "./to-start-error.js";

export interface RunPluginOptions {
  readonly boot: LifeData;
  readonly pulse: Pulse;
  readonly host: HostPort;
  readonly logs: WorkerLogs;
  /** Makes the worker's methods callable by the host. */
  readonly expose: (api: WorkerApi) => void;
}

/** Resolves when the host has asked the plugin to stop and its backends are closed. */
export async function runPlugin(options: RunPluginOptions): Promise<void> {
  const { boot, pulse, host, logs } = options;
  const stopping = new AbortController();
  const backends = new Backends({
    pluginName: boot.name,
    hostId: boot.hostId,
    logger: logs.logger,
    signal: stopping.signal,
    invalidate: (handle, keys) => void host.invalidate(handle, keys),
  });
  const calls = new CallServer({
    backends,
    pulse,
    maxValueBytes: boot.maxValueBytes,
    settle: (frame) => void host.settle(frame),
  });

  await new Promise<void>((resolve) => {
    options.expose({
      openBackend: (handle, id, parameters) => backends.open(handle, id, parameters),
      closeBackend: (handle) => backends.closeOne(handle),
      invoke: (frame) => calls.invoke(frame),
      stop: async () => {
        pulse.phase = Phase.stop;
        stopping.abort(new Error(`Plugin "${boot.name}" is to stop`));
        calls.close();
        const outcome = await backends.close();
        // Last words first: after the answer the host listens no more. The answer leaves before the task ends.
        logs.flush();
        setImmediate(resolve);
        return outcome;
      },
    });
    void start(options, backends, stopping.signal).then((outcome) => host.started(outcome));
  });
}

/** Imports and initialises the plugin; what fails is told to the host, which ends this life then. */
async function start(
  { boot, pulse, host, logs }: RunPluginOptions,
  backends: Backends,
  signal: AbortSignal,
): Promise<Outcome<undefined>> {
  try {
    if (boot.confinement !== undefined) confine(boot.confinement);
    if (boot.isInspected === true) await openInspector(logs.logger, (url) => void host.inspectable(url));
    pulse.phase = Phase.import;
    const module = (await import(boot.url)) as PluginModule;
    const verdict = await host.loaded(describeModule(module));
    if ("error" in verdict) return verdict;
    pulse.phase = Phase.initialize;
    await module.initializePlugin(createPluginContext({ boot, host, logger: logs.logger, signal, backends }));
    pulse.phase = Phase.serve;
    return { value: undefined };
  } catch (error) {
    return { error: toStartError(error, boot.name) };
  }
}

/** What `loaded` has let the host check. */
interface PluginModule extends Record<string, unknown> {
  readonly metadata: ModuleDescription["metadata"];
  readonly initializePlugin: (context: unknown) => unknown;
}
