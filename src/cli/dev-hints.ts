/** What somebody who tries a server out can do next. */
import { DEFAULT_HOST, DEFAULT_PORT } from "./remote/server-option.js";

/** What is there to be tried. */
export interface DevHintsOptions {
  /** Of the server, without a slash at the end. */
  readonly url: string;
  /** The names that the fake Mojang knows. */
  readonly players: readonly string[];
}

/** Lines for a terminal, the last with a line break: commands that can be copied as they are. */
export function devHints({ url, players }: DevHintsOptions): string {
  const isDefault = url === `http://${DEFAULT_HOST}:${DEFAULT_PORT}`;
  const server = isDefault ? "" : ` --server ${url}`;
  const [player = "Dev_Alder"] = players;
  return `Mojang is a fake on this machine, which knows ${players.join(", ")} and nobody else.
Try, in another terminal:
  curl ${url}/users/profiles/minecraft/${player}
  stockpile get-profile ${player}${server}
  stockpile status${server}
  stockpile listen${server}
Point a game server at it (26.3 or later; docs/game-servers has the others):
  java -Dminecraft.api.discovery.host=${url}/minecraft/client -jar server.jar
`;
}
