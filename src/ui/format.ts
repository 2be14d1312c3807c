/** Numbers and times as people read them. */

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const CLOCK = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const DATE_AND_CLOCK = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
/** What stands where there is nothing. */
export const NONE = "–";

/** A count, as in `12,345`. */
export function countText(count: number): string {
  return NUMBER.format(count);
}

/** A share of 0 to 1, as in `97.5%`. */
export function percentText(share: number): string {
  return PERCENT.format(share);
}

/** Three digits that count, as in `0.213`, `21.3` and `2,130`. */
export function figureText(value: number): string {
  if (value === 0) return "0";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString("en", { maximumFractionDigits: digits });
}

/** A duration of a call, as in `0.213 ms` and `1.25 s`. */
export function msText(ms: number): string {
  return ms >= 1000 ? `${figureText(ms / 1000)} s` : `${figureText(ms)} ms`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes, as in `13.2 MiB`. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length - 1);
  return `${figureText(bytes / 1024 ** power)} ${UNITS[power]}`;
}

/** A span as people say it: `90 s`, `5 min`, `30 h`, `3 d`. The command line says the same. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

/** The time of day, as in `09:41:07`. */
export function clockText(at: number): string {
  return CLOCK.format(at);
}

/** Day and time, as in `28 Nov 2026, 09:41:07`. */
export function dateText(at: number): string {
  return DATE_AND_CLOCK.format(at);
}
