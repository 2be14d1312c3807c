import type { Readable } from "node:stream";
import { systemClock, type Clock } from "../clock.js";
import { DropTally } from "./drop-tally.js";
import { LineSplitter } from "../../contract/line-splitter.js";
import { RateWindow } from "./rate-window.js";

/** Lines per second: what evades the worker's capture is rare, a thread's last words at most. */
export const MAX_CAPTURED_LINES_PER_SECOND = 500;

/** A stream that is being read. */
export interface StreamCapture {
  /** Hands on a line that has begun and a count not reported yet; later output is read and thrown away. */
  end(): void;
}

/**
 * Reads the standard output or error of a worker as the host sees it: output that went around the worker's own
 * capture. It is taken off whatever Node pipes it to, and goes on flowing to its end, so that nothing piles up.
 * @param write Receives each line, at most 8,192 characters of it, and notes such as `Lines of output dropped: 5`.
 * It may throw: that line is lost.
 */
export function captureStream(
  stream: Readable,
  write: (line: string) => void,
  clock: Clock = systemClock,
): StreamCapture {
  const rate = new RateWindow(clock, MAX_CAPTURED_LINES_PER_SECOND);
  const drops = new DropTally(clock, (count) => attempt(() => write(`Lines of output dropped: ${count}`)));
  const splitter = new LineSplitter((line) => {
    if (rate.take(1)) attempt(() => write(line));
    else drops.add(1);
  });
  const read = (text: string): void => splitter.push(text);
  let isEnded = false;

  function end(): void {
    if (isEnded) return;
    isEnded = true;
    stream.off("data", read);
    stream.off("close", end);
    splitter.flush();
    drops.end();
  }

  // Stays after the end: a thread that is terminated may break its streams at any time, and nobody else listens.
  stream.on("error", () => undefined);
  stream.on("close", end);
  stream.setEncoding("utf8");
  stream.on("data", read);
  stream.unpipe();
  stream.resume();
  return { end };
}

function attempt(call: () => void): void {
  try {
    call();
  } catch {
    // The host's logger fails; a plugin's output is no reason to end the host.
  }
}
