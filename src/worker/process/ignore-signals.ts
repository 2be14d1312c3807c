import { constants } from "node:os";

/**
 * What is sent to all processes of a service at once: by a terminal, by its closing, by a service manager. The host
 * decides then what becomes of its plugins; one that ended by itself could not write what is still to be written.
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Those that there are; any other is refused by Node, and is not sent. */
const KNOWN: ReadonlySet<number> = new Set(Object.values(constants.signals));

/**
 * Lets this process outlive the signals that are meant for its host. One that the plugin sends to itself still ends it.
 * @param onOwnSignal Called with the number of each signal that it is about to send itself.
 */
export function ignoreSignals(onOwnSignal: (signal: number) => void): void {
  for (const signal of SIGNALS) process.on(signal, ignore);
  // Called on `process` again below.
  // oxlint-disable-next-line typescript/unbound-method
  const { kill, pid: own } = process;
  process.kill = (pid, signal) => {
    const number = numberOf(signal);
    // Node takes a text for the number in it.
    const target: unknown = pid;
    // 0 and the negative number are its group, of which it is the first.
    if (KNOWN.has(number) && [own, 0, -own].includes(Number(target))) {
      for (const name of SIGNALS) if (constants.signals[name] === number) process.off(name, ignore);
      onOwnSignal(number);
    }
    return kill.call(process, pid, signal);
  };
}

/** As Node reads it: a number is one, and nothing stands for SIGTERM. 0 where it is none. */
function numberOf(signal: string | number | null | undefined): number {
  if (typeof signal === "number") return signal;
  return constants.signals[(signal || "SIGTERM") as NodeJS.Signals] ?? 0;
}

function ignore(): void {
  // See above.
}
