/**
 * Tells the host what the permission model of this Node makes of a thread that was granted nothing but its own files:
 * no flag tells that. Begun by URL, as a thread of its own.
 */
import { parentPort } from "node:worker_threads";
import type { ThreadPermissions } from "../contract/protocol.js";
import { currentPermission } from "./current-permission.js";
import { hidesWorkingFolder } from "./hides-working-folder.js";

const permission = currentPermission();
const found: ThreadPermissions = {
  isEnforced: permission !== undefined && !permission.has("fs.write", process.execPath),
  hidesWorkingFolder: permission !== undefined && hidesWorkingFolder(permission),
};
// A port of threads has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(found);
