/** What `SIGHUP` means to a server. */
import { closeSync, openSync } from "node:fs";

export interface HangUpListener {
  /** Somebody asks for the configuration to be read again. The next one waits until it has settled. Must not reject. */
  readonly onReload: () => Promise<void>;
  /** The terminal is gone. */
  readonly onGone: () => void;
}

/**
 * Listens for `SIGHUP`, which by convention has a server read its configuration again. It is also what a process is
 * told when its terminal is closed: one that was started from a terminal that is not there any more is to end. Signals
 * that come while one is dealt with are one.
 */
export function onHangUp({ onReload, onGone }: HangUpListener): void {
  const hadTerminal = hasTerminal();
  let isBusy = false;
  let isAsked = false;
  const reload = async (): Promise<void> => {
    isBusy = true;
    while (isAsked) {
      isAsked = false;
      // oxlint-disable-next-line no-await-in-loop -- One after the other, and as long as somebody asks.
      await onReload();
    }
    isBusy = false;
  };
  process.on("SIGHUP", () => {
    // On Windows it has no other meaning, and the system ends the process soon after.
    if (process.platform === "win32" || (hadTerminal && !hasTerminal())) {
      onGone();
      return;
    }
    isAsked = true;
    if (!isBusy) void reload();
  });
}

/** Why `/dev/tty` does not open where no terminal controls the process, or none does any more. */
const NO_TERMINAL: ReadonlySet<string | undefined> = new Set(["ENXIO", "ENODEV", "EIO", "ENOENT"]);

/** Whether the process has a terminal that controls it. One that cannot be asked for is taken to be there. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch (error) {
    return !NO_TERMINAL.has((error as NodeJS.ErrnoException).code);
  }
}
