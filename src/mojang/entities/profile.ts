/** A player's profile: name and properties, of which the textures are one. */
import { z } from "zod";

import { playerIdSchema } from "./player-id-schema.js";

/** A property of a profile. A signature covers the value, so both are handed on to the byte. */
export interface ProfileProperty {
  readonly name: string;
  readonly value: string;
  readonly signature?: string | undefined;
}

/** As Mojang answers it; whatever else was in the answer is there too. */
export interface Profile {
  /** 32 hexadecimal digits in lower case. */
  readonly id: string;
  readonly name: string;
  readonly properties: readonly ProfileProperty[];
  /** What the player is asked to do, as `FORCED_NAME_CHANGE`. */
  readonly profileActions?: readonly unknown[] | undefined;
}

/** Where the textures of a profile lie. */
export interface ProfileTextures {
  /** When the profile was made, in ms since the epoch. */
  readonly timestamp: number;
  /** 32 hexadecimal digits. */
  readonly profileId: string;
  readonly profileName: string;
  /** `undefined`: the player has the default one. */
  readonly skinUrl: string | undefined;
  /** Whether the skin is for thin arms. */
  readonly isSlim: boolean;
  readonly capeUrl: string | undefined;
}

const property = z.looseObject({
  name: z.string(),
  value: z.string(),
  signature: z.string().optional(),
});

/** Reads a profile off Mojang's answer. Loose: what Mojang adds is handed on. */
export const profileSchema: z.ZodType<Profile> = z.looseObject({
  id: playerIdSchema,
  name: z.string().min(1).max(64),
  properties: z.array(property),
  profileActions: z.array(z.unknown()).optional(),
});

const texture = z.object({
  url: z.string(),
  metadata: z.object({ model: z.string().optional() }).optional(),
});

const texturesSchema = z.object({
  timestamp: z.number(),
  profileId: z.string(),
  profileName: z.string(),
  textures: z.object({ SKIN: texture.optional(), CAPE: texture.optional() }),
});

/** The textures of a profile; `undefined` where it has none, or none that can be read. */
export function texturesOf({ properties }: Profile): ProfileTextures | undefined {
  const encoded = properties.find(({ name }) => name === "textures")?.value;
  if (encoded === undefined) return undefined;
  const parsed = texturesSchema.safeParse(tryJson(Buffer.from(encoded, "base64").toString("utf8")));
  if (!parsed.success) return undefined;
  const { timestamp, profileId, profileName, textures } = parsed.data;
  const { SKIN: skin, CAPE: cape } = textures;
  const isSlim = skin?.metadata?.model === "slim";
  return { timestamp, profileId, profileName, skinUrl: skin?.url, isSlim, capeUrl: cape?.url };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON has no textures either.
    return undefined;
  }
}
