import type { Logger } from "../contract/context.js";

/**
 * Opens an inspector for this thread, or this process, alone, on loopback and any free port.
 * @param report is told its address, to which the host passes debuggers on; and `undefined` at the exit, for which Node
 *   waits until they have left.
 */
export async function openInspector(
  logger: Logger,
  report: (url: string | undefined) => void,
): Promise<void> {
  try {
    // Only here: a Node may have been built without.
    const inspector = await import("node:inspector");
    inspector.open(0, "127.0.0.1");
    const url = inspector.url();
    if (url === undefined) throw new Error("Node does not say where it listens");
    report(url);
    process.on("exit", () => report(undefined));
  } catch (error) {
    logger.warn({ err: error }, "The plugin runs without an inspector");
  }
}
