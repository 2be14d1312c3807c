/** What a check found, in text. */
import type { PluginInspection } from "../../host/main.js";
import type { CheckOutcome, Examination } from "../../testing/main.js";
import { plainText } from "../plain-text.js";

/** Characters of one line that is, or may be, a plugin's own words. */
const MAX_LINE_CHARACTERS = 1000;
/** Lines of one failure that are shown. */
const MAX_FAILURE_LINES = 12;

/** The parts in words. */
export const PART_TITLES: Readonly<Record<CheckOutcome["part"], string>> = {
  direct: "Its backend, called where it runs",
  hosted: "By way of a Stockpile",
  faults: "While the plugin goes wrong",
};

/** What a plugin says of itself. */
export function metadataLines({ metadata, protocol, file, warnings }: PluginInspection): string {
  const rows = [
    plainText(`${metadata.name} ${metadata.version}`, MAX_LINE_CHARACTERS),
    `  module    ${file}`,
    `  protocol  ${protocol ?? "not declared"}`,
    ...(metadata.native === true ? ["  native    yes"] : []),
    ...warnings.map((warning) => `  warning   ${plainText(warning, MAX_LINE_CHARACTERS)}`),
  ];
  return `${rows.join("\n")}\n`;
}

/** One part: how many of its checks hold, and why the others do not. */
export function partLines(part: CheckOutcome["part"], outcomes: readonly CheckOutcome[]): string {
  const own = outcomes.filter((outcome) => outcome.part === part);
  const failed = own.filter(({ failure }) => failure !== undefined);
  const seconds = own.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1000;
  const head = `${PART_TITLES[part]}: ${own.length - failed.length} of ${own.length} hold (${seconds.toFixed(1)} s)`;
  return `${[head, ...failed.map(failureLines)].join("\n")}\n`;
}

/** What the backend was taken to promise. */
export function promiseLines({ methods, promises }: Examination): string {
  const absent = [
    ...(promises.scan ? [] : ["keys cannot be listed"]),
    ...(promises.clear ? [] : ["no category can be cleared at once"]),
  ];
  const rows = [
    `  methods   get, put, purge${methods.map((name) => `, ${plainText(name, 32)}`).join("")}`,
    `  persists  ${promises.persists ? "yes" : "no: what is stored ends with the life that stored it"}`,
    ...absent.map((text) => `  note      ${text}`),
  ];
  return `${rows.join("\n")}\n`;
}

function failureLines({ title, failure = "" }: CheckOutcome): string {
  const lines = failure.split("\n");
  const shown = lines
    .slice(0, MAX_FAILURE_LINES)
    .map((line) => `      ${leading(line)}${plainText(line, MAX_LINE_CHARACTERS)}`);
  const more =
    lines.length > MAX_FAILURE_LINES ? [`      … ${lines.length - MAX_FAILURE_LINES} lines more`] : [];
  return [`  ✘ ${title}`, ...shown, ...more].join("\n");
}

/** What a line is indented by, which making it plain takes off. */
function leading(line: string): string {
  return /^ */.exec(line)?.[0] ?? "";
}
