import { syncBuiltinESMExports } from "node:module";
import threads from "node:worker_threads";
import type { Permission } from "./current-permission.js";

/**
 * Lets this process start no more threads; those that run go on. Where Node cannot take a grant back, the class is
 * replaced by one that answers as Node does to whoever was not granted it: enough against mistakes, and no more.
 */
export function takeThreads(permission: Permission): void {
  permission.drop?.("worker");
  if (!permission.has("worker")) return;
  threads.Worker = new Proxy(threads.Worker, { construct: deny });
  syncBuiltinESMExports();
}

function deny(): never {
  throw Object.assign(new Error("Access to this API has been restricted"), {
    code: "ERR_ACCESS_DENIED",
    permission: "WorkerThreads",
    resource: "",
  });
}
