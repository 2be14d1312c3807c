/** The player that a command is about: an id or a name on its command line. */
import { isPlayerName, MAX_NAME_LENGTH, parsePlayerId } from "../../mojang/main.js";
import type { ProfileIdMessage } from "../../server/grpc/messages.js";
import { callServer } from "../remote/call-server.js";
import { NotFoundError } from "./not-found-error.js";

/** What is said of an argument that is neither. */
export const PLAYER_EXPECTED: string = `expected a UUID, or a name of 1 to ${MAX_NAME_LENGTH} letters, digits and underscores`;

/** Whether somebody can be meant by it. No name is as long as an id. */
export function isPlayer(text: string): boolean {
  return parsePlayerId(text) !== undefined || isPlayerName(text);
}

/**
 * The id of a player; of a name, whose it is now.
 * @throws {NotFoundError} nobody has the name.
 * @throws {Error} the server cannot say.
 */
export async function findPlayerId(server: URL, player: string): Promise<string> {
  const known = parsePlayerId(player);
  if (known !== undefined) return known;
  const { message } = await callServer<Required<ProfileIdMessage>>(server, "rpc.ProfileService/GetId", {
    name: player,
  });
  if (message.id === "") throw new NotFoundError(player);
  return message.id;
}
