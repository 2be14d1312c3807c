/** `stockpile get-id`: whose a name is, or was. */
import Table from "cli-table3";

import type { ProfileIdMessage } from "../../server/grpc/messages.js";
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";
import { callServer } from "../remote/call-server.js";
import type { RemoteOptions } from "../remote/server-option.js";
import { withProgress } from "../remote/with-progress.js";
import { timeText } from "../time-text.js";
import { NotFoundError } from "./not-found-error.js";
import { originText } from "./origin-text.js";
import { printFacts } from "./print-facts.js";

/** What the command is told besides. */
export interface GetIdOptions extends RemoteOptions {
  /** In ms since the epoch; default: now. */
  readonly time?: number;
}

/** Names of one call: as many as any version of the server takes. */
const PAGE = 100;
const MAX_CHARACTERS = 64;

type ProfileId = Required<ProfileIdMessage>;

/**
 * Prints who has a name now, or had it at a time.
 * @throws {NotFoundError} nobody.
 * @throws {Error} the server cannot say.
 */
export async function getId(name: string, { server, json = false, time }: GetIdOptions): Promise<void> {
  const timestamp = time === undefined ? 0 : Math.floor(time / 1000);
  const { message, origin } = await withProgress(
    `Looking up ${plainText(name, MAX_CHARACTERS)}`,
    callServer<ProfileId>(server, "rpc.ProfileService/GetId", { name, timestamp }),
  );
  if (message.id === "") {
    const reason =
      time === undefined ? undefined : `this server has seen nobody under it at ${timeText(time)}`;
    throw new NotFoundError(name, reason);
  }
  if (json) {
    process.stdout.write(`${jsonText({ ...toJson(message), ...origin })}\n`);
    return;
  }
  const { id, firstSeenAt, lastSeenAt, validUntil } = toJson(message);
  printFacts([
    ["Name", plainText(message.name, MAX_CHARACTERS)],
    ["Id", plainText(id, MAX_CHARACTERS)],
    ["First seen", timeText(firstSeenAt)],
    ["Last seen", timeText(lastSeenAt)],
    ["Valid until", timeText(validUntil)],
    ["From", originText(origin, process.stdout.isTTY && process.stdout.hasColors())],
  ]);
}

/**
 * Prints who has these names now. Those that nobody has are named on stderr, and are no failure.
 * @throws {Error} the server cannot say of one of them.
 */
export async function getIds(
  names: readonly string[],
  { server, json = false }: RemoteOptions,
): Promise<void> {
  const found = await withProgress(`Looking up ${names.length} names`, findAll(server, names));
  const known = new Set(found.map(({ name }) => name.toLowerCase()));
  const missing = names.filter((name) => !known.has(name.toLowerCase()));
  if (json) process.stdout.write(`${jsonText(found.map(toJson))}\n`);
  else if (found.length > 0) process.stdout.write(`${tableOf(found)}\n`);
  if (found.length === 0) process.stderr.write("No profiles found\n");
  else if (missing.length > 0)
    process.stderr.write(`Not found: ${missing.map((name) => plainText(name, MAX_CHARACTERS)).join(", ")}\n`);
}

async function findAll(server: URL, names: readonly string[]): Promise<ProfileId[]> {
  const found: ProfileId[] = [];
  for (let at = 0; at < names.length; at += PAGE) {
    const page = names.slice(at, at + PAGE);
    // oxlint-disable-next-line no-await-in-loop -- Page by page: what all of them cost is Mojang's budget.
    const { message } = await callServer<{ readonly ids: readonly ProfileId[] }>(
      server,
      "rpc.ProfileService/BulkGetId",
      { names: page },
    );
    found.push(...message.ids);
  }
  return found;
}

function tableOf(found: readonly ProfileId[]): string {
  const table = new Table({
    head: ["Name", "Id", "First seen", "Last seen", "Valid until"],
    // No colours of the library's own: they would be written to files too.
    style: { head: [], border: [] },
  });
  for (const each of found) {
    const { id, name, firstSeenAt, lastSeenAt, validUntil } = toJson(each);
    table.push([
      plainText(name, MAX_CHARACTERS),
      plainText(id, MAX_CHARACTERS),
      timeText(firstSeenAt),
      timeText(lastSeenAt),
      timeText(validUntil),
    ]);
  }
  return table.toString();
}

/** With times in ms since the epoch, as everything else that is JSON has them. */
function toJson({ id, name, firstSeenAt, lastSeenAt, validUntil }: ProfileId): ProfileId {
  return {
    id,
    name,
    firstSeenAt: firstSeenAt * 1000,
    lastSeenAt: lastSeenAt * 1000,
    validUntil: validUntil * 1000,
  };
}
