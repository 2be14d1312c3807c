import { resolve } from "node:path";
import type { z } from "zod";
import { checkInspect } from "./check-inspect.js";
import { checkLimits } from "./check-limits.js";
import { checkNames } from "./check-names.js";
import { checkPermissions } from "./check-permissions.js";
import { checkProcessMemory } from "./check-process-memory.js";
import { checkTimes } from "./check-times.js";
import type { CategoryConfig, Config, PluginConfig } from "./config.js";
import { copyPlainData } from "./copy-plain-data.js";
import { isolationOf } from "./isolation-of.js";
import { interpolateEnv, type Environment } from "./interpolate-env.js";
import { IssueList } from "./issue-list.js";
import { isJsonObject } from "./json-value.js";
import { findModules, type FoundModule } from "./modules/find-modules.js";
import { readOutline } from "./outline.js";
import { resolveGrants } from "../permissions/resolve-grants.js";
import { readSource, type ConfigSource } from "./read-source.js";
import { configSchema, type Settings } from "./schema/config-schema.js";
import { pluginSchema, type PluginSettings } from "./schema/plugin-schema.js";
import { SecretMask } from "./secret-mask.js";
import type { SectionSchemas } from "./section-schemas.js";
import { validate } from "./validate.js";

export interface LoadConfigOptions extends SectionSchemas {
  /** Where `${env:NAME}` is looked up; by default `process.env`. */
  readonly env?: Environment;
  /** Where a relative path of the source starts, and relative paths within an object; by default `process.cwd()`. */
  readonly cwd?: string;
}

/**
 * Reads a configuration, checks it, fills in the defaults and finds the module of every plugin. Nothing is imported or
 * started, and the source is not changed.
 *
 * @param source the path of a JSON file or of a folder of them, or an object of the same form.
 * @throws {ConfigError} something is wrong with it; lists every mistake of every stage, each with its place.
 */
export async function loadConfig(source: string | object, options: LoadConfigOptions = {}): Promise<Config> {
  const { env = process.env, cwd = process.cwd(), serverSchema, mojangSchema } = options;
  const found = await readSource(source, cwd);
  const { data: copy = null, issues: impurities } = copyPlainData(found.data);
  const { data, issues: unset, secrets: values } = interpolateEnv(copy, env);
  const secrets = new SecretMask(values);

  // Each stage reports into the list and the next goes on with what is right, so that all mistakes come together.
  const issues = new IssueList(secrets);
  for (const { path, message } of [...impurities, ...unset]) issues.add(path, message);
  const settings = await validate(configSchema, data, issues);
  const section = async (name: string, schema: z.ZodType | undefined): Promise<unknown> => {
    const given = isJsonObject(data) ? data[name] : undefined;
    return schema === undefined ? given : validate(schema, given, issues, [name]);
  };
  const server = await section("server", serverSchema);
  const mojang = await section("mojang", mojangSchema);
  const outline = readOutline(data);
  const modules = await findModules(outline, found.directory, issues);
  checkLimits(outline, new Set([...outline.plugins.keys(), ...modules.keys()]), issues);
  checkProcessMemory(outline, modules, issues);
  checkInspect(outline, issues);
  await checkPermissions({ outline, modules, directory: found.directory, issues });
  for (const [name, said] of outline.categories) checkTimes(said, ["categories", name], issues);
  // These last: what has a wrong name or is there twice is looked into like everything else.
  checkNames(outline, issues);
  for (const { path, place } of found.duplicates) issues.add(path, "key is there twice", place);

  if (settings === undefined || !issues.isEmpty) throw issues.toError(found.name, found.placeOf);
  return { ...(await assemble(found, settings, modules)), server, mojang, secrets };
}

async function assemble(
  { name: source, directory }: ConfigSource,
  { plugins, storage, near, categories, maxValueBytes, crashReports }: Settings,
  modules: ReadonlyMap<string, FoundModule>,
): Promise<Omit<Config, "server" | "mojang" | "secrets">> {
  // A map: a plugin of the directory may be named like a property that every object inherits.
  const listed = new Map(Object.entries(plugins));
  const configured = new Map<string, PluginConfig>();
  for (const [name, module] of modules)
    configured.set(name, await toPlugin(name, module, directory, listed.get(name)));
  return {
    source,
    directory,
    plugins: configured,
    storage,
    categories: new Map(
      Object.entries(categories).map(([name, category]) => [
        name,
        { name, ...category } satisfies CategoryConfig,
      ]),
    ),
    near,
    maxValueBytes,
    crashReports:
      crashReports === undefined
        ? undefined
        : { ...crashReports, directory: resolve(directory, crashReports.directory) },
  };
}

async function toPlugin(
  name: string,
  { specifier, url, file, protocol, isNative, readable }: FoundModule,
  directory: string,
  settings: PluginSettings = pluginSchema.parse({}),
): Promise<PluginConfig> {
  const { env, grants } = settings.permissions;
  const resolved = grants === undefined ? undefined : await resolveGrants(grants, directory);
  const permissions = { env, grants: resolved };
  const isolation = isolationOf(settings, isNative);
  return { name, specifier, url, file, protocol, readable, ...settings, isolation, permissions };
}
