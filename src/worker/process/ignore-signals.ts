/**
 * What is sent to all processes of a service at once: by a terminal, by its closing, by a service manager. The host
 * decides then what becomes of its plugins; one that ended by itself could not write what is still to be written.
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Lets this process outlive the signals that are meant for its host. One that the plugin sends to itself still ends it.
 * @param onOwnSignal Called before it sends itself any.
 */
export function ignoreSignals(onOwnSignal: () => void): void {
  for (const signal of SIGNALS) process.on(signal, ignore);
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { kill } = process;
  process.kill = (pid, signal = "SIGTERM") => {
    if (pid === process.pid && signal !== 0) {
      for (const name of SIGNALS) if (signal === name) process.off(name, ignore);
      onOwnSignal();
    }
    return kill.call(process, pid, signal);
  };
}

function ignore(): void {
  // See above.
}
