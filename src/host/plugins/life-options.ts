/** What a life of a plugin is started with, as its configuration has it. */
import { PROTOCOL_VERSION } from "../../contract/protocol.js";
import type { Confinement, LifeData } from "../../contract/protocol.js";
import type { PluginConfig } from "../config/config.js";
import type { LifeOptions } from "../life/life.js";
import { grantsFolder } from "../permissions/grants-folder.js";
import { ownFiles } from "../permissions/own-files.js";
import { permissionFlags } from "../permissions/permission-flags.js";

/** What does not follow from the configuration. */
type Circumstances = Pick<LifeData, "hostId" | "life" | "logLevel" | "maxValueBytes">;

/** Keeps Node from printing the address of an inspector, past which debuggers are to attach: see `InspectorRelay`. */
const QUIET = "--inspect-publish-uid=http";

/** The environment is read now: a variable that was set since the last life is there. */
export function lifeOptions(
  config: PluginConfig,
  circumstances: Circumstances,
): Omit<LifeOptions, "onEnd" | "onOutput"> {
  const confinement = confinementOf(config);
  return {
    boot: {
      protocol: PROTOCOL_VERSION,
      name: config.name,
      url: config.url,
      options: config.options,
      ...circumstances,
      ...(confinement === undefined ? {} : { confinement }),
      ...(config.inspectPort === undefined ? {} : { isInspected: true }),
    },
    isolation: config.isolation,
    memoryMb: config.limits.memoryMb,
    env: pick(config.permissions.env),
    execArgv: flagsOf(config),
  };
}

/** What its worker is to see to. */
function confinementOf(config: PluginConfig): Confinement | undefined {
  const { grants } = config.permissions;
  if (grants === undefined) return undefined;
  return {
    readsWorkingFolder: grantsFolder([...grants.fsRead, ...readableAnyway(config)], process.cwd()),
    startsThreads: grants.worker,
  };
}

function flagsOf(config: PluginConfig): string[] {
  const { grants } = config.permissions;
  const isInspected = config.inspectPort !== undefined;
  // A thread that is given any flag has none of the host's, so there Node has its way.
  const quiet = isInspected && (grants !== undefined || config.isolation === "process") ? [QUIET] : [];
  if (grants === undefined) return quiet;
  // A process has a watchdog of ours, which is a thread; the worker takes the grant back when that is there.
  const worker = grants.worker || config.isolation === "process";
  const flags = permissionFlags({
    grants: { ...grants, worker },
    readable: readableAnyway(config),
    isInspected,
  });
  return [...flags, ...quiet];
}

function readableAnyway({ readable }: PluginConfig): string[] {
  return [...ownFiles(), ...readable];
}

/** A variable that is not set is left out. */
function pick(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Object.hasOwn(process.env, name) ? process.env[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
