/** `rpc.ProfileService`: players. */
import type { Clock } from "../../host/main.js";
import type { MojangCache } from "../../mojang/main.js";
import { inPortions } from "../in-portions.js";
import type {
  BulkIdRequest,
  GetIdRequest,
  IdRequest,
  NameHistoryMessage,
  ProfileIdMessage,
  ProfileMessage,
} from "./messages.js";
import { readId, readTimestamp } from "./read-request.js";
import { toNameHistory, toProfile, toProfileId } from "./to-message.js";
import type { Reply } from "./unary.js";
import type { Wire } from "./wire.js";

/**
 * A client that asks for now has looked at its own clock, and its question has been on the way: a time that is no longer
 * ago is taken for now.
 */
const NOW_MS = 300_000;
/** Names that are encoded in one turn of the event loop: a millisecond's work. */
const PORTION_NAMES = 100;

/** What {@link ProfileService} works with. */
export interface ProfileServiceOptions {
  readonly mojang: MojangCache;
  readonly clock: Clock;
  readonly wire: Wire;
}

/** Every method may reject with a `GrpcError`, an `UpstreamError` or a `StockpileError`. Nobody found is no error. */
export class ProfileService {
  readonly #mojang: MojangCache;
  readonly #clock: Clock;
  readonly #wire: Wire;

  constructor({ mojang, clock, wire }: ProfileServiceOptions) {
    this.#mojang = mojang;
    this.#clock = clock;
    this.#wire = wire;
  }

  async getId({ name, timestamp }: GetIdRequest): Promise<Reply<ProfileIdMessage>> {
    const at = readTimestamp(timestamp);
    const isNow = at === undefined || at > this.#clock.now() - NOW_MS;
    const origin = await this.#mojang.profileIdByName(name, isNow ? undefined : at);
    if (origin.value === undefined) return { message: {}, origin };
    const [found = origin.value] = await this.#mojang.sinceFirstSeen([origin.value]);
    return { message: toProfileId(found), origin };
  }

  async getNameHistory({ id }: IdRequest): Promise<Reply<NameHistoryMessage>> {
    const origin = await this.#mojang.nameHistory(readId(id));
    return { message: toNameHistory(origin.value ?? []), origin };
  }

  /** Answers a `rpc.BulkIdResponse` as bytes: thousands of names that are encoded at once would hold up everybody else. */
  async bulkGetId({ names }: BulkIdRequest): Promise<Reply<Buffer>> {
    const answers = await this.#mojang.profileIdsByName(names);
    const found = await this.#mojang.sinceFirstSeen(
      answers.flatMap(({ value }) => (value === undefined ? [] : [value])),
    );
    const portions = await inPortions(found, PORTION_NAMES, (portion) =>
      this.#wire.encode("rpc.BulkIdResponse", { ids: portion.map(toProfileId) }),
    );
    // To who reads them, messages one after the other are one with the lists of all.
    return { message: Buffer.concat(portions) };
  }

  async getProfile({ id }: IdRequest): Promise<Reply<ProfileMessage>> {
    const origin = await this.#mojang.profile(readId(id), { signed: true });
    return { message: origin.value === undefined ? {} : toProfile(origin.value), origin };
  }
}
