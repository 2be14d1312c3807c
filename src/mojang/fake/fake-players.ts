/** The players that the fake knows, and their profiles, signed with a key of its own. */
import { createHash, createSign, generateKeyPair } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { promisify } from "node:util";

import { nameKey } from "../entities/player-name.js";

/** A player of the fake's. */
export interface FakePlayer {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string;
  readonly name: string;
  /** Whether the skin is for thin arms; without, the player has the default one. */
  readonly skin?: "wide" | "slim" | undefined;
}

/** Made-up names: none of them is anybody's. */
export const DEV_PLAYERS: readonly string[] = ["Dev_Alder", "Dev_Birch", "Dev_Cedar", "Dev_Elm", "Dev_Fir"];

export class FakePlayers {
  /** Base64 of DER, as Mojang publishes keys. */
  readonly publicKey: string;
  readonly #privateKey: KeyObject;
  readonly #byName = new Map<string, FakePlayer>();
  readonly #byId = new Map<string, FakePlayer>();

  private constructor(publicKey: KeyObject, privateKey: KeyObject) {
    this.publicKey = publicKey.export({ format: "der", type: "spki" }).toString("base64");
    this.#privateKey = privateKey;
  }

  /** Makes a key, which takes a moment. */
  static async create(): Promise<FakePlayers> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    return new FakePlayers(publicKey, privateKey);
  }

  /** Adds a player, whose id follows from the name; a player of that id is renamed. */
  add(name: string, { id = idOf(name), skin = "wide" }: Partial<FakePlayer> = {}): FakePlayer {
    const former = this.#byId.get(id);
    if (former !== undefined) this.#byName.delete(nameKey(former.name));
    const player = { id, name, skin };
    this.#byName.set(nameKey(name), player);
    this.#byId.set(id, player);
    return player;
  }

  /** As the players write them. */
  get names(): string[] {
    return [...this.#byId.values()].map(({ name }) => name);
  }

  byName(name: string): FakePlayer | undefined {
    return this.#byName.get(nameKey(name));
  }

  byId(id: string): FakePlayer | undefined {
    return this.#byId.get(id);
  }

  /** The profile as Mojang answers it. Signed, the value says so, and is another text for that. */
  profileOf({ id, name, skin }: FakePlayer, isSigned: boolean): object {
    const url = `http://textures.minecraft.net/texture/${createHash("sha256").update(id).digest("hex")}`;
    const metadata = skin === "slim" ? { metadata: { model: "slim" } } : {};
    const textures = {
      timestamp: Date.now(),
      profileId: id,
      profileName: name,
      ...(isSigned ? { signatureRequired: true } : {}),
      textures: skin === undefined ? {} : { SKIN: { url, ...metadata } },
    };
    const value = Buffer.from(JSON.stringify(textures, undefined, 2)).toString("base64");
    const signature = isSigned ? { signature: this.#sign(value) } : {};
    return { id, name, properties: [{ name: "textures", value, ...signature }], profileActions: [] };
  }

  #sign(value: string): string {
    return createSign("RSA-SHA1").update(value).sign(this.#privateKey, "base64");
  }
}

/** A UUID of version 4 by its form, the same for a name each time. */
function idOf(name: string): string {
  const hex = createHash("sha256").update(nameKey(name)).digest("hex");
  return `${hex.slice(0, 12)}4${hex.slice(13, 16)}a${hex.slice(17, 32)}`;
}
