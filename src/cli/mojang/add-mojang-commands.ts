/** The commands that ask a running server about players and game servers. */
import { isIP } from "node:net";

import { InvalidArgumentError } from "commander";
import type { Command } from "commander";

import { serverOption } from "../remote/server-option.js";
import type { RemoteOptions } from "../remote/server-option.js";
import type { GetIdOptions } from "./get-id.js";
import type { LoginOptions } from "./login.js";

/** The end of the year 9999: beyond it a server takes no time. */
const MAX_TIME_MS = 253_402_300_799_000;
/** As RFC 3339 has it, seconds and zone included: a time without a zone would be another one on another machine. */
const TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** Adds `get-id`, `get-profile`, `name-history`, `check-blacklist` and `login`. */
export function addMojangCommands(program: Command): void {
  addGetIdCommand(program);
  addGetProfileCommand(program);
  addNameHistoryCommand(program);
  addCheckBlacklistCommand(program);
  addLoginCommand(program);
}

function addGetIdCommand(program: Command): void {
  const command = program
    .command("get-id <name...>")
    .description("tell whose a player's name is; exit code 1 where a single one is nobody's")
    .showHelpAfterError('(run "stockpile get-id --help" for help)')
    .addOption(serverOption())
    .option("--time <time>", "whose it was then, as this server has seen it (default: now)", parseTime)
    .option("--json", "print JSON, with times in ms since 1970")
    .addHelpText(
      "after",
      `
Of several names, those that nobody has are named on stderr. Mojang tells of today only: for a time that is past, the
answer is what has gone through this server.

Examples:
  stockpile get-id Dev_Alder
  stockpile get-id Dev_Alder Dev_Birch Dev_Cedar
  stockpile get-id Dev_Alder --time 2026-05-02T15:04:05Z`,
    );
  command.action(async (names: readonly string[], options: GetIdOptions) => {
    const [name = "", ...others] = names;
    if (others.length > 0 && options.time !== undefined)
      command.error("error: option '--time <time>' takes a single name");
    const { getId, getIds } = await import("./get-id.js");
    await (others.length === 0 ? getId(name, options) : getIds(names, options));
  });
}

function addGetProfileCommand(program: Command): void {
  const command = program
    .command("get-profile <player>")
    .description("tell a player's profile, by id or name; exit code 1 where there is none")
    .showHelpAfterError('(run "stockpile get-profile --help" for help)')
    .addOption(serverOption())
    .option("--json", "print JSON, properties and signatures included")
    .addHelpText(
      "after",
      `
Examples:
  stockpile get-profile Dev_Alder
  stockpile get-profile dc2c3e44-cee2-47b3-a351-5ca0b349226a --json`,
    );
  command.action(async (player: string, options: RemoteOptions) => {
    await checkPlayer(command, player);
    const { getProfile } = await import("./get-profile.js");
    await getProfile(player, options);
  });
}

function addNameHistoryCommand(program: Command): void {
  const command = program
    .command("name-history <player>")
    .description("tell the names a player was seen with, by id or name; exit code 1 where there is none")
    .showHelpAfterError('(run "stockpile name-history --help" for help)')
    .addOption(serverOption())
    .option("--json", "print JSON, with times in ms since 1970")
    .addHelpText(
      "after",
      "\nMojang tells no former names since 2022: these are the ones that have gone through this server.",
    );
  command.action(async (player: string, options: RemoteOptions) => {
    await checkPlayer(command, player);
    const { nameHistory } = await import("./name-history.js");
    await nameHistory(player, options);
  });
}

function addCheckBlacklistCommand(program: Command): void {
  program
    .command("check-blacklist <address...>")
    .description("tell which addresses of game servers Mojang has blocked")
    .showHelpAfterError('(run "stockpile check-blacklist --help" for help)')
    .addOption(serverOption())
    .option("--json", "print JSON, for every address")
    .addHelpText(
      "after",
      "\nThe exit code is 0 whether one is blocked or not. Addresses are names of hosts or IPv4 addresses, without a port.",
    )
    .action(async (addresses: readonly string[], options: RemoteOptions) => {
      const { checkBlacklist } = await import("./check-blacklist.js");
      await checkBlacklist(addresses, options);
    });
}

function addLoginCommand(program: Command): void {
  program
    .command("login <name> <server-id>")
    .description("ask whether a player has joined a game server; exit code 1 where not")
    .showHelpAfterError('(run "stockpile login --help" for help)')
    .addOption(serverOption())
    .option("--ip <address>", "where the player has to come from (default: anywhere)", parseAddress)
    .option("--json", "print JSON, properties and signatures included")
    .addHelpText(
      "after",
      `
Asks what a game server in online mode asks (hasJoined); never answered from the cache. The server id is the hash that
client and server have made for the connection; one that begins with "-" comes after "--":

  stockpile login Dev_Alder -- -3f2a9c`,
    )
    .action(async (name: string, serverId: string, options: LoginOptions) => {
      const { login } = await import("./login.js");
      await login(name, serverId, options);
    });
}

/** Who a player can be is known where the domain is, which help need not load. */
async function checkPlayer(command: Command, text: string): Promise<void> {
  const { isPlayer, PLAYER_EXPECTED } = await import("./player-argument.js");
  if (!isPlayer(text))
    command.error(
      `error: command-argument value '${text}' is invalid for argument 'player': ${PLAYER_EXPECTED}`,
    );
}

function parseAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw new InvalidArgumentError("Expected an IP address.");
}

function parseTime(text: string): number | undefined {
  if (text === "now") return undefined;
  const time = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (time >= 0 && time <= MAX_TIME_MS) return time;
  throw new InvalidArgumentError('Expected "now", or a time as in 2026-05-02T15:04:05Z.');
}
