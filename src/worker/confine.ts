/**
 * Sees to it, before anything of the plugin is imported, that the permission model holds it as the configuration says.
 *
 * The flags do nearly all. But from Node 22 on a thread may always read the working folder of its process: Node grants
 * a program the file it begins with, a thread has none, and the empty path it grants in its place is that folder. Newer
 * Nodes can take that back. Where it stays, the plugin must not run: it was to be kept from those files.
 */
import type { Confinement } from "../contract/protocol.js";
import { currentPermission } from "./current-permission.js";
import { hidesWorkingFolder } from "./hides-working-folder.js";
import { takeThreads } from "./take-threads.js";

/** @throws {Error} the plugin would be let do more than it was granted. */
export function confine({ readsWorkingFolder, startsThreads }: Confinement): void {
  const permission = currentPermission();
  if (permission === undefined)
    throw new Error("Cannot run under permissions: expected Node to have switched its permission model on");
  if (!startsThreads && permission.has("worker")) takeThreads(permission);
  if (readsWorkingFolder || hidesWorkingFolder(permission)) return;
  throw new Error(
    `Cannot run under permissions: this Node lets a thread read the working folder, ${process.cwd()}, whatever it is granted: set "isolation": "process", or grant that folder in permissions.fsRead`,
  );
}
