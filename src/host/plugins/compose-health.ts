import type { PluginMetadata } from "../../contract/metadata.js";
import type { CallStatistics } from "../calls/call-statistics.js";
import type { Isolation, PluginConfig } from "../config/config.js";
import type { Abandoned } from "./abandoned.js";
import type { BackendClient } from "./backend-client.js";
import type { FailureCounts, PluginFailure } from "./plugin-failure.js";
import type { PluginHealth, PluginState } from "./plugin-health.js";
import type { SessionFigures } from "./session-options.js";
import type { PluginSession } from "./session.js";
import type { Spare } from "./spare.js";

/** What a supervisor knows of its plugin. */
export interface KnownOfPlugin {
  readonly config: PluginConfig;
  readonly isolation: Isolation;
  readonly metadata: PluginMetadata | undefined;
  readonly state: PluginState;
  readonly since: number;
  readonly clients: readonly BackendClient[];
  readonly lives: number;
  readonly restarts: number;
  readonly failures: FailureCounts;
  readonly abandoned: Abandoned;
  readonly lastFailure: PluginFailure | undefined;
  /** The current life, where there is one. */
  readonly session: PluginSession | undefined;
  readonly spare: Pick<Spare, "state" | "lastFailure">;
  readonly statistics: CallStatistics;
  /** Hides what the configuration has from the environment. */
  readonly mask: (text: string) => string;
}

/** A plugin's part of `health()`. Waits for nothing. */
export function composeHealth(known: KnownOfPlugin): PluginHealth {
  const { config, metadata, lastFailure, session, clients } = known;
  const channel = session?.channel;
  return {
    name: config.name,
    ...(metadata === undefined ? {} : { metadata }),
    state: known.state,
    since: known.since,
    isolation: known.isolation,
    startup: config.startup,
    backends: clients.map((client) => ({
      id: client.backendId ?? "",
      parametersKey: client.storage.parametersKey,
      breaker: client.breakerState,
      queuedWrites: client.queue.writes,
      ...(client.openFailure === undefined ? {} : { openFailure: known.mask(client.openFailure.message) }),
    })),
    lives: known.lives,
    restarts: known.restarts,
    failures: known.failures,
    abandonedThreads: known.abandoned.thread,
    abandonedProcesses: known.abandoned.process,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    ...(config.spare ? spareHealth(known.spare) : {}),
    ...(session?.figures() ?? idleFigures(config)),
    calls: known.statistics.snapshot(channel?.inFlight ?? 0, channel?.inFlightBytes ?? 0),
  };
}

function spareHealth({ state, lastFailure }: KnownOfPlugin["spare"]): Partial<PluginHealth> {
  return { spare: state, ...(lastFailure === undefined ? {} : { spareFailure: lastFailure }) };
}

function idleFigures({ limits }: PluginConfig): SessionFigures {
  return {
    eventLoop: { utilization: 0, blockedMs: 0 },
    memory: { heapBytes: 0, externalBytes: 0, limitBytes: limits.memoryMb * 1024 * 1024 },
  };
}
