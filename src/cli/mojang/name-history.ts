/** `stockpile name-history`: the names a player was seen with. */
import Table from "cli-table3";

import type { NameHistoryMessage } from "../../server/grpc/messages.js";
import { jsonText } from "../json-text.js";
import { plainText } from "../plain-text.js";
import { callServer } from "../remote/call-server.js";
import type { RemoteOptions } from "../remote/server-option.js";
import { withProgress } from "../remote/with-progress.js";
import { timeText } from "../time-text.js";
import { NotFoundError } from "./not-found-error.js";
import { findPlayerId } from "./player-argument.js";

const MAX_CHARACTERS = 64;

/**
 * Prints the names, from the oldest to the newest.
 * @param player an id or a name.
 * @throws {NotFoundError} the player was never seen here.
 * @throws {Error} the server cannot say.
 */
export async function nameHistory(player: string, { server, json = false }: RemoteOptions): Promise<void> {
  const find = async () => {
    const id = await findPlayerId(server, player);
    return callServer<Required<NameHistoryMessage>>(server, "rpc.ProfileService/GetNameHistory", { id });
  };
  const { message } = await withProgress(`Looking up ${plainText(player, MAX_CHARACTERS)}`, find());
  const names = message.history.map(({ name, changedToAt, validUntil }) => ({
    name,
    // When a player took the first name that is known, nobody knows.
    ...(changedToAt === 0 ? {} : { changedToAt: changedToAt * 1000 }),
    validUntil: validUntil * 1000,
  }));
  if (names.length === 0) throw new NotFoundError(player, "this server has seen no name of that player");
  if (json) {
    process.stdout.write(`${jsonText(names)}\n`);
    return;
  }
  const table = new Table({
    head: ["Name", "Seen from", "Valid until"],
    // No colours of the library's own: they would be written to files too.
    style: { head: [], border: [] },
  });
  for (const { name, changedToAt, validUntil } of names)
    table.push([plainText(name, MAX_CHARACTERS), timeText(changedToAt), timeText(validUntil)]);
  process.stdout.write(`${table.toString()}\n`);
}
