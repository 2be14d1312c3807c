/** `rpc.ProfileService`: players. */
import type { Clock } from "../../host/main.js";
import type { Answer, MojangCache, ProfileId } from "../../mojang/main.js";
import type {
  BulkIdRequest,
  GetIdRequest,
  IdRequest,
  NameHistoryMessage,
  ProfileIdMessage,
  ProfileMessage,
} from "./messages.js";
import { readId, readItems, readTimestamp } from "./read-request.js";
import { toNameHistory, toProfile, toProfileId } from "./to-message.js";
import type { Reply } from "./unary.js";

/**
 * A client that asks for now has looked at its own clock, and its question has been on the way: a time that is no longer
 * ago is taken for now.
 */
const NOW_MS = 300_000;

/** Every method may reject with a `GrpcError`, an `UpstreamError` or a `StockpileError`. Nobody found is no error. */
export class ProfileService {
  readonly #mojang: MojangCache;
  readonly #clock: Clock;

  constructor(mojang: MojangCache, clock: Clock) {
    this.#mojang = mojang;
    this.#clock = clock;
  }

  async getId({ name, timestamp }: GetIdRequest): Promise<Reply<ProfileIdMessage>> {
    const at = readTimestamp(timestamp);
    const isNow = at === undefined || at > this.#clock.now() - NOW_MS;
    const origin = await this.#mojang.profileIdByName(name, isNow ? undefined : at);
    return { message: await this.#toMessage(origin), origin };
  }

  async getNameHistory({ id }: IdRequest): Promise<Reply<NameHistoryMessage>> {
    const origin = await this.#mojang.nameHistory(readId(id));
    return { message: toNameHistory(origin.value ?? []), origin };
  }

  async bulkGetId({ names }: BulkIdRequest): Promise<Reply<{ ids: ProfileIdMessage[] }>> {
    const answers = await this.#mojang.profileIdsByName(readItems(names, "names"));
    return { message: { ids: await Promise.all(answers.map((answer) => this.#toMessage(answer))) } };
  }

  async getProfile({ id }: IdRequest): Promise<Reply<ProfileMessage>> {
    const origin = await this.#mojang.profile(readId(id), { signed: true });
    return { message: origin.value === undefined ? {} : toProfile(origin.value), origin };
  }

  async #toMessage({ value }: Answer<ProfileId>): Promise<ProfileIdMessage> {
    return value === undefined ? {} : toProfileId(await this.#mojang.sinceFirstSeen(value));
  }
}
