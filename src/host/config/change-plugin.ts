import { describeValue } from "./describe-value.js";
import { whyTooLittleForProcess } from "./check-process-memory.js";
import type { Isolation, PluginConfig } from "./config.js";
import { copyPlainData } from "./copy-plain-data.js";
import { DEFAULT_ISOLATION } from "./defaults.js";
import { interpolateEnv, type Environment } from "./interpolate-env.js";
import { isolationOf } from "./isolation-of.js";
import { IssueList } from "./issue-list.js";
import { resolveModule } from "./modules/resolve-module.js";
import { ResolutionError } from "./modules/resolution-error.js";
import { SecretMask } from "./secret-mask.js";

/** What is to be different in a plugin; what is left out stays. */
export interface PluginChange {
  /** As in the configuration: handed to the plugin as they are, `${env:NAME}` replaced. */
  readonly options?: unknown;
  /** As in the configuration. */
  readonly module?: string;
}

/** A plugin's settings, changed. */
export interface ChangedPlugin {
  readonly config: PluginConfig;
  /** Values that the environment put in. */
  readonly secrets: ReadonlySet<string>;
}

export interface ChangePluginOptions {
  /** Absolute; where relative paths and packages are looked for. */
  readonly directory: string;
  /** Where `${env:NAME}` is looked up; by default `process.env`. */
  readonly env?: Environment;
}

const KEYS: ReadonlySet<string> = new Set<keyof PluginChange>(["options", "module"]);

/**
 * Changes the settings of a plugin as its configuration would, and finds its module, the old one too: there may be
 * another file by now where it was found. Nothing is imported.
 * @throws {TypeError} the change is no object of `options` and `module`.
 * @throws {ConfigError} its options are no JSON data, there is no such module, or it needs a process that its
 *   `memoryMb` is too little for; lists every mistake.
 */
export async function changePlugin(
  plugin: PluginConfig,
  change: PluginChange,
  { directory, env = process.env }: ChangePluginOptions,
): Promise<ChangedPlugin> {
  checkForm(change);
  const { data: copy = {}, issues: impurities } = copyPlainData(change);
  const { data, issues: unset, secrets } = interpolateEnv(copy, env);
  const at = ["plugins", plugin.name];
  const issues = new IssueList(new SecretMask(secrets));
  for (const { path, message } of [...impurities, ...unset]) issues.add([...at, ...path], message);
  const { options = plugin.options, module = plugin.specifier } = data as PluginChange; // its form was checked
  try {
    const { url, file, protocol, isNative, readable } = await resolveModule(module, directory);
    const isolation = changedIsolation(plugin, isNative);
    const { memoryMb } = plugin.limits;
    const tooLittle = isolation === "process" ? whyTooLittleForProcess(memoryMb) : undefined;
    if (tooLittle !== undefined) issues.add([...at, "limits", "memoryMb"], tooLittle);
    const config = { ...plugin, specifier: module, url, file, protocol, readable, isolation, options };
    if (issues.isEmpty) return { config, secrets };
  } catch (error) {
    if (!(error instanceof ResolutionError)) throw error;
    const isSecret = issues.mask(module) !== module;
    issues.add([...at, "module"], isSecret ? "cannot find the module" : error.message);
  }
  throw issues.toError("passed to reload()");
}

/** Another module may be native where the old one was not, and the other way round. */
function changedIsolation(plugin: PluginConfig, isNative: boolean): Isolation {
  const { isolation, isolationIsExplicit, permissions } = plugin;
  // Whether a thread can be put under these permissions was not asked when the plugin was to be a process.
  if (!isNative && permissions.grants !== undefined) return isolation;
  return isolationOf(
    { isolation: isolationIsExplicit ? isolation : DEFAULT_ISOLATION, isolationIsExplicit },
    isNative,
  );
}

function checkForm(change: unknown): void {
  if (typeof change !== "object" || change === null || Array.isArray(change))
    throw invalid('an object of "options" and "module"', describeValue(change));
  const unknown = Object.keys(change).find((key) => !KEYS.has(key));
  if (unknown !== undefined) throw invalid('only "options" and "module"', describeValue(unknown));
  const module: unknown = Reflect.get(change, "module");
  if (module === undefined || (typeof module === "string" && module !== "")) return;
  throw invalid('"module" to be a package name, a path or a file: URL', describeValue(module));
}

function invalid(expected: string, received: string): TypeError {
  return new TypeError(`Cannot reload plugin: expected ${expected}: received ${received}`);
}
