import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { errorReason } from "./error-reason.js";
import { isPluginBuild } from "./is-plugin-build.js";
import type { PluginPackage } from "./read-plugin-package.js";

/** What a plugin directory finds: the base name is the plugin's key in the configuration. A test compares them. */
const FILE_NAME = /^[a-z0-9][a-z0-9._-]{0,63}\.mjs$/;

type Refuse = (why: string) => Error;

/**
 * Says where the built file is to be: by default `dist/<name>.mjs` in the plugin's folder.
 *
 * @param out what the user said: a file, or a folder that exists.
 * @param withMap whether a source map is to lie beside it.
 * @returns an absolute path.
 * @throws {Error} no plugin directory would find a file of that name, or something else than a build is there.
 */
export async function findOutput(
  plugin: PluginPackage,
  out: string | undefined,
  withMap: boolean,
): Promise<string> {
  const ownName = `${plugin.name}.mjs`;
  const named = out === undefined ? join(plugin.directory, "dist", ownName) : resolve(out);
  const isFolder = out !== undefined && (/[\\/]$/.test(out) || (await isDirectory(named)));
  const file = isFolder ? join(named, ownName) : named;
  const refuse: Refuse = (why) => new Error(`Cannot build a plugin to ${file}: ${why}`);
  if (!FILE_NAME.test(basename(file))) {
    const hint = out === undefined || isFolder ? ": say another by --out FILE" : "";
    throw refuse(
      `expected a file name that a plugin directory finds, at most 64 of a-z, 0-9, ".", "_" and "-", a letter or digit first, and .mjs: received ${JSON.stringify(basename(file))}${hint}`,
    );
  }
  const isRebuilt = await refuseForeign(file, refuse);
  // A map cannot be told for ours by itself: JSON has no room for a mark. It is what lies beside a build of ours.
  if (withMap && !isRebuilt && (await find(`${file}.map`, refuse)) !== undefined)
    throw refuse(
      `expected nothing at ${file}.map, as there is no earlier build beside it: remove it, or say another --out`,
    );
  return file;
}

/** Whether an earlier build is there. */
async function refuseForeign(file: string, refuse: Refuse): Promise<boolean> {
  const stats = await find(file, refuse);
  if (stats === undefined) return false;
  if (!stats.isFile()) throw refuse("expected a file or nothing there: found something else");
  const isOurs = await isPluginBuild(file).catch((error: unknown) => {
    throw refuse(errorReason(error));
  });
  if (!isOurs) {
    throw refuse(
      "expected an earlier build or nothing there: found a file that is none: remove it, or say another --out",
    );
  }
  return true;
}

async function find(file: string, refuse: Refuse): Promise<Stats | undefined> {
  return stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw refuse(errorReason(error));
  });
}

async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined);
  return stats?.isDirectory() === true;
}
