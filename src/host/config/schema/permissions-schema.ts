import { z } from "zod";
import type { PermissionGrants, PluginPermissions } from "../config.js";

/** What Node itself takes for a variable's name: anything but an end of the name or of the text. */
const ENV_NAME = /^[^=\0]+$/;

const paths = z.array(
  z.string().regex(/^[^\0]+$/, 'expected a path, or "*" for all'),
  'expected a list of paths, ["*"] for all',
);

/** `plugins.<name>.permissions`. Its paths are as they were written: `resolveGrants` makes them absolute. */
export const permissionsSchema: z.ZodType<PluginPermissions> = z
  .strictObject({
    env: z
      .array(
        z.string().regex(ENV_NAME, "expected the name of an environment variable"),
        "expected a list of names",
      )
      .default([])
      .describe("The environment variables that the plugin sees, by name"),
    fsRead: paths.optional().meta({ description: "Files and folders that it may read", default: [] }),
    fsWrite: paths.optional().meta({ description: "Files and folders that it may write", default: [] }),
    childProcess: flag("Whether it may start processes", false),
    worker: flag("Whether it may start threads", false),
    addons: flag("Whether it may load native addons", false),
    wasi: flag("Whether it may use WASI", false),
    net: flag("Whether it may use the network", true),
  })
  .transform(({ env, ...grants }) => ({ env, grants: toGrants(grants) }));

function flag(description: string, byDefault: boolean): z.ZodOptional<z.ZodBoolean> {
  return z.boolean().optional().meta({ description, default: byDefault });
}

/** One key is enough to switch the model on, whatever it says; what is not granted is denied from then on. */
function toGrants(said: {
  readonly [Key in keyof PermissionGrants]?: PermissionGrants[Key] | undefined;
}): PermissionGrants | undefined {
  if (Object.values(said).every((value) => value === undefined)) return undefined;
  const { fsRead = [], fsWrite = [], childProcess = false, worker = false, addons = false } = said;
  const { wasi = false, net = true } = said;
  return { fsRead, fsWrite, childProcess, worker, addons, wasi, net };
}
