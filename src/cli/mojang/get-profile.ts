/** `stockpile get-profile`: a player's profile, with skin and cape. */
import { plainText } from "../plain-text.js";
import { callServer } from "../remote/call-server.js";
import type { RemoteOptions } from "../remote/server-option.js";
import { withProgress } from "../remote/with-progress.js";
import { NotFoundError } from "./not-found-error.js";
import { findPlayerId } from "./player-argument.js";
import { printProfile } from "./print-profile.js";
import type { ReceivedProfile } from "./profile-facts.js";

const MAX_CHARACTERS = 64;

/**
 * Prints the profile of a player.
 * @param player an id or a name.
 * @throws {NotFoundError} there is none.
 * @throws {Error} the server cannot say.
 */
export async function getProfile(player: string, { server, json = false }: RemoteOptions): Promise<void> {
  const find = async () => {
    const id = await findPlayerId(server, player);
    return callServer<ReceivedProfile>(server, "rpc.ProfileService/GetProfile", { id });
  };
  const answer = await withProgress(`Looking up ${plainText(player, MAX_CHARACTERS)}`, find());
  if (answer.message.id === "") throw new NotFoundError(player);
  printProfile(answer, json);
}
