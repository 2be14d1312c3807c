import { Worker } from "node:worker_threads";
import type { ThreadPermissions } from "../../contract/protocol.js";
import { ownFiles } from "./own-files.js";
import { permissionFlags } from "./permission-flags.js";

/** The thread's file: reached by URL, never imported. */
const FILE = new URL("../../worker/try-permissions.js", import.meta.url);

const NOTHING = {
  fsRead: [],
  fsWrite: [],
  childProcess: false,
  worker: false,
  addons: false,
  wasi: false,
  net: false,
};

let tried: Promise<ThreadPermissions> | undefined;

/**
 * Tries out once per process, in a thread that runs for some 30 ms, what the permission model makes of threads here.
 * Where the thread cannot be run under it at all, nothing is enforced. Never rejects.
 */
export function tryThreadPermissions(): Promise<ThreadPermissions> {
  tried ??= tryOnce().catch(() => ({ isEnforced: false, hidesWorkingFolder: false }));
  return tried;
}

async function tryOnce(): Promise<ThreadPermissions> {
  // A thread that is under the model needs the network to come up where the model is asked for it.
  const grants = { ...NOTHING, net: true };
  const thread = new Worker(FILE, { env: {}, execArgv: permissionFlags({ grants, readable: ownFiles() }) });
  return new Promise((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => reject(new Error("It ended without a word")));
  });
}
