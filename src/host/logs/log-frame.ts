import { hasOnlyItems, hasOnlyMembers } from "../../contract/has-only.js";
import type { LogLine } from "../../contract/protocol.js";

/** The most a frame may hold. The worker keeps to less or the same by itself; more is a plugin's own doing. */
export const FRAME_LIMITS = {
  lines: 1000,
  messageCharacters: 8192,
  fieldsCharacters: 16_384,
  /** Messages and fields of all lines together. */
  characters: 614_400,
} as const;

const LINE_MEMBERS: ReadonlySet<string> = new Set(["level", "time", "message", "fields"]);

/** Whether data that came over a port is a frame of lines, within its limits. */
export function isLogFrame(value: unknown): value is readonly LogLine[] {
  if (!Array.isArray(value) || value.length > FRAME_LIMITS.lines || !hasOnlyItems(value)) return false;
  let characters = 0;
  for (const line of value as unknown[]) {
    if (!isLogLine(line)) return false;
    characters += line.message.length + (line.fields?.length ?? 0);
  }
  return characters <= FRAME_LIMITS.characters;
}

function isLogLine(value: unknown): value is LogLine {
  if (!isObject(value)) return false;
  const { level, time, message, fields } = value;
  return (
    hasOnlyMembers(value, LINE_MEMBERS) &&
    Number.isFinite(level) &&
    Number.isFinite(time) &&
    isText(message, FRAME_LIMITS.messageCharacters) &&
    (fields === undefined || isText(fields, FRAME_LIMITS.fieldsCharacters))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown, maxCharacters: number): boolean {
  return typeof value === "string" && value.length <= maxCharacters;
}
