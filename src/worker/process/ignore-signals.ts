import { constants } from "node:os";

/**
 * What is sent to all processes of a service at once: by a terminal, by its closing, by a service manager. The host
 * decides then what becomes of its plugins; one that ended by itself could not write what is still to be written.
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Lets this process outlive the signals that are meant for its host. One that the plugin sends to itself still ends it.
 * @param onOwnSignal Called with the number of each signal that it is about to send itself.
 */
export function ignoreSignals(onOwnSignal: (signal: number) => void): void {
  for (const signal of SIGNALS) process.on(signal, ignore);
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { kill, pid: own } = process;
  process.kill = (pid, signal = "SIGTERM") => {
    const number = typeof signal === "number" ? signal : (constants.signals[signal as NodeJS.Signals] ?? 0);
    // 0 and the negative number are its group, of which it is the first.
    if (number > 0 && [own, 0, -own].includes(pid)) {
      for (const name of SIGNALS) if (constants.signals[name] === number) process.off(name, ignore);
      onOwnSignal(number);
    }
    return kill.call(process, pid, signal);
  };
}

function ignore(): void {
  // See above.
}
