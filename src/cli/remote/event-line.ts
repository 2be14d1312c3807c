/** One event as a line for people. */
import { z } from "zod";

import { parsePlayerId, toDashedId } from "../../mojang/main.js";
import { plainText } from "../plain-text.js";

/** A reason may be a whole sentence with a path in it. */
const MAX_CHARACTERS = 400;

const text = z.string().optional();
const eventSchema = z.looseObject({
  at: z.number().optional(),
  plugin: text,
  backend: text,
  category: text,
  operation: text,
  code: text,
  state: text,
  previous: text,
  reason: text,
  isDone: z.boolean().optional(),
  queuedWrites: z.number().optional(),
  passedOver: z.number().optional(),
  failure: z.looseObject({ kind: z.string(), message: z.string() }).optional(),
});

type EventData = z.infer<typeof eventSchema>;

/** What is told of an entry that has come from Mojang. */
const entrySchema = z.union([
  z.looseObject({
    type: z.literal("PROFILE_ID"),
    profileId: z.looseObject({ id: z.string(), name: z.string() }),
  }),
  z.looseObject({ type: z.literal("NAME_HISTORY"), id: z.string() }),
  z.looseObject({ type: z.literal("PROFILE"), id: z.string(), name: z.string() }),
  z.looseObject({ type: z.literal("BLACKLIST"), hashes: z.number() }),
]);

/** What each kind of event says. Of one it does not know, a newer server's say, it shows the data. */
const DESCRIPTIONS: Readonly<Record<string, (data: EventData) => string>> = {
  plugin: ({ plugin, state, previous, failure, reason }) => {
    const why = failure === undefined ? reason : `${failure.kind}: ${failure.message}`;
    return `plugin ${plugin} is ${state}, was ${previous}${why === undefined ? "" : ` (${why})`}`;
  },
  reload: ({ plugin, isDone, reason }) =>
    isDone === true
      ? `a new life of plugin ${plugin} has taken over`
      : `a new life of plugin ${plugin} has not taken over (${reason})`,
  queue: ({ plugin, backend, state, queuedWrites }) =>
    `the queue of ${backend ?? "the backend"} of plugin ${plugin} is ${state}, ${queuedWrites} writes wait`,
  failure: ({ operation, category, code, passedOver = 0 }) =>
    `${operation} of category ${category} failed quietly (${code})${passedOver === 0 ? "" : `, and ${passedOver} more before`}`,
  entry: (data) => entryText(data),
  missed: () => "events were missed",
  dropped: ({ reason }) => `the server has dropped this listener (${reason})`,
};

/** @param data as the server has sent it. */
export function eventLine(type: string, data: unknown): string {
  const parsed = eventSchema.safeParse(data);
  const describe = Object.hasOwn(DESCRIPTIONS, type) ? DESCRIPTIONS[type] : undefined;
  const at = parsed.success ? parsed.data.at : undefined;
  const line =
    describe !== undefined && parsed.success ? describe(parsed.data) : `${type} ${JSON.stringify(data)}`;
  return plainText(`[${timeText(at)}] ${line}`, MAX_CHARACTERS);
}

function entryText(data: EventData): string {
  const parsed = entrySchema.safeParse(data);
  if (!parsed.success) return `entry ${JSON.stringify(data)}`;
  const entry = parsed.data;
  switch (entry.type) {
    case "PROFILE_ID":
      return `updated name "${entry.profileId.name}" to profile ${idText(entry.profileId.id)}`;
    case "NAME_HISTORY":
      return `updated name history of profile ${idText(entry.id)}`;
    case "PROFILE":
      return `updated profile ${idText(entry.id)} (display name: "${entry.name}")`;
    default:
      return `updated blacklist (${entry.hashes} hashes)`;
  }
}

/** As the other commands print ids. */
function idText(id: string): string {
  const parsed = parsePlayerId(id);
  return parsed === undefined ? id : toDashedId(parsed);
}

/** In the time of this machine. */
function timeText(at: number | undefined): string {
  const time = new Date(at ?? Date.now());
  return Number.isNaN(time.getTime()) ? "?" : time.toLocaleTimeString("en-GB");
}
