/** A time in that of this machine, as "2026-11-28 17:05:09"; "-" for none. */
export function timeText(timeMs: number | undefined): string {
  if (timeMs === undefined) return "-";
  const time = new Date(timeMs);
  // Swedish writes dates as ISO 8601 does.
  return Number.isNaN(time.getTime()) ? "?" : time.toLocaleString("sv-SE");
}
