/** The keys that servers check signatures with. */
import { z } from "zod";

/** As Mojang answers it; whatever else was in the answer is there too. Keys are base64 of DER. */
export interface PublicKeys {
  /** For the properties of profiles. */
  readonly profilePropertyKeys: readonly { readonly publicKey: string }[];
  /** For the certificates of players, with which they sign chat. */
  readonly playerCertificateKeys: readonly { readonly publicKey: string }[];
}

const keys = z.array(z.looseObject({ publicKey: z.string() }));

/** Reads the keys off Mojang's answer. Loose: what Mojang adds is handed on. */
export const publicKeysSchema: z.ZodType<PublicKeys> = z.looseObject({
  profilePropertyKeys: keys,
  playerCertificateKeys: keys,
});
