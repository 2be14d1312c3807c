/** What a cell may not keep to. */

/**
 * - `host`: the host is gone, or says nothing any more.
 * - `felt`: it is not shown that the fault was in force, so that the cell proves nothing.
 * - `settles`: a call did not settle within its limit.
 * - `answers`: a call was answered something wrong.
 * - `writes`: a write that was acknowledged is lost.
 * - `undelivered`: a write that waits in the host has not come to the backend.
 * - `beside`: the other plugins were disturbed.
 * - `stalls`: the host's loop stood still.
 * - `kind`: the plugin ended as something else than what it did, or the call did.
 * - `recovers`: the plugin is not serving again.
 * - `closes`: `close()` took too long.
 * - `abandons`: something could not be ended and was left behind.
 * - `leaks`: threads, processes, descriptors or handles are left that nobody has counted.
 * - `pool`: the host's own file access waits.
 * - `flags`: the plugin changed what the whole process shares.
 */
export type Rule =
  | "host"
  | "felt"
  | "settles"
  | "answers"
  | "writes"
  | "undelivered"
  | "beside"
  | "stalls"
  | "kind"
  | "recovers"
  | "closes"
  | "abandons"
  | "leaks"
  | "pool"
  | "flags";
