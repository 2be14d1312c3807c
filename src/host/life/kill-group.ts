/** Whether a plugin's process can have a group of its own: Windows has none. */
export const HAS_GROUPS: boolean = process.platform !== "win32";

/**
 * Ends a plugin's process and the programs that it has started, which are in its group. While one of the group is
 * there the system gives its number to no other; so the process itself may have gone, but only just.
 */
export function killGroup(pid: number): void {
  try {
    process.kill(HAS_GROUPS ? -pid : pid, "SIGKILL");
  } catch {
    // All of them have gone.
  }
}
