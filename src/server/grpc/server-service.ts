/** `rpc.ServerService`: what a game server asks. */
import { status as Status } from "@grpc/grpc-js";

import type { MojangCache } from "../../mojang/main.js";
import { GrpcError } from "./grpc-error.js";
import type { BlacklistMessage, CheckBlacklistRequest, LoginRequest, ProfileMessage } from "./messages.js";
import { readAddresses, readLogin } from "./read-request.js";
import { toBlacklist, toProfile } from "./to-message.js";
import type { Reply } from "./unary.js";

/** Every method may reject with a {@link GrpcError}, an `UpstreamError` or a `StockpileError`. */
export class ServerService {
  readonly #mojang: MojangCache;

  constructor(mojang: MojangCache) {
    this.#mojang = mojang;
  }

  async getBlacklist(): Promise<Reply<BlacklistMessage>> {
    const origin = await this.#mojang.blockedServers();
    return { message: toBlacklist(origin.value ?? ""), origin };
  }

  async checkBlacklist({
    addresses,
  }: CheckBlacklistRequest): Promise<Reply<{ matchedAddresses: readonly string[] }>> {
    const origin = await this.#mojang.checkBlockedServers(readAddresses(addresses));
    return { message: { matchedAddresses: origin.value ?? [] }, origin };
  }

  /** Never answered from the cache. */
  async login(request: LoginRequest): Promise<Reply<ProfileMessage>> {
    const joined = await this.#mojang.hasJoined(readLogin(request));
    if (joined === undefined)
      throw new GrpcError(
        Status.UNAUTHENTICATED,
        "Cannot log in: Mojang says that the player has not joined",
      );
    return { message: toProfile(joined.profile) };
  }
}
