/** The permissions of a plugin as flags of Node. */
import { join } from "node:path";
import type { PermissionGrants } from "../config/config.js";
import { isWithin } from "./is-within.js";
import { nodePermissions } from "./node-permissions.js";
import type { NodePermissions } from "./node-permissions.js";
import { EVERYTHING } from "./resolve-grants.js";

export interface PermissionFlagsOptions {
  readonly grants: PermissionGrants;
  /** Absolute paths that must be readable besides, for the plugin to be run at all. */
  readonly readable: readonly string[];
  /** Whether it is to be debugged. */
  readonly isInspected?: boolean;
  /** By default the Node that runs. */
  readonly node?: NodePermissions;
}

/** Node warns of each flag that grants something, which is said on purpose here, and of what is new in the model. */
const QUIET = ["--disable-warning=SecurityWarning", "--disable-warning=ExperimentalWarning"];

/** What has been checked: this Node has a model, and can tell the paths. */
export function permissionFlags({
  grants,
  readable,
  isInspected = false,
  node = nodePermissions,
}: PermissionFlagsOptions): string[] {
  return [
    ...(node.flag === undefined ? [] : [node.flag]),
    ...QUIET,
    ...pathFlags("--allow-fs-read", [...readable, ...grants.fsRead], node),
    ...pathFlags("--allow-fs-write", grants.fsWrite, node),
    ...(grants.childProcess ? ["--allow-child-process"] : []),
    ...(grants.worker ? ["--allow-worker"] : []),
    ...(grants.addons ? ["--allow-addons"] : []),
    ...(grants.wasi ? ["--allow-wasi"] : []),
    ...(grants.net && node.limitsNet ? ["--allow-net"] : []),
    ...(isInspected && node.allowsInspector ? ["--allow-inspector"] : []),
  ];
}

/**
 * A folder that is there when the model is set up stands for all that is in it, one that is made later for itself
 * alone. So each path is granted twice, as it is and with all below it, and means the same whenever it is made. The
 * model's first form gets the second alone: there a folder that is there would be given twice, which ends the process.
 */
function pathFlags(flag: string, paths: readonly string[], { isFirstForm }: NodePermissions): string[] {
  if (paths.includes(EVERYTHING)) return [`${flag}=${EVERYTHING}`];
  return outermost(paths).flatMap((path) => {
    const below = `${flag}=${join(path, EVERYTHING)}`;
    return isFirstForm ? [below] : [`${flag}=${path}`, below];
  });
}

/** Those that lie in no other, each once: with others beside them, what is granted would depend on their order. */
function outermost(paths: readonly string[]): string[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => other !== path && isWithin(path, other)));
}
