/** `stockpile login`: whether a player has joined a server, as a game server asks. */
import { plainText } from "../plain-text.js";
import { callServer } from "../remote/call-server.js";
import type { RemoteOptions } from "../remote/server-option.js";
import { withProgress } from "../remote/with-progress.js";
import { printProfile } from "./print-profile.js";
import type { ReceivedProfile } from "./profile-facts.js";

/** What the command is told besides. */
export interface LoginOptions extends RemoteOptions {
  /** Where the player has to come from; default: anywhere. */
  readonly ip?: string;
}

const MAX_CHARACTERS = 64;

/**
 * Prints the profile of a player who has joined.
 * @param serverId the hash that the game has made for the connection.
 * @throws {Error} they have not, or nobody can say.
 */
export async function login(name: string, serverId: string, options: LoginOptions): Promise<void> {
  const { server, json = false, ip = "" } = options;
  const answer = await withProgress(
    `Asking Mojang about ${plainText(name, MAX_CHARACTERS)}`,
    callServer<ReceivedProfile>(server, "rpc.ServerService/Login", { displayName: name, serverId, ip }),
  );
  printProfile(answer, json);
}
