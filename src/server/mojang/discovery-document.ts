/** Where current versions of the game are told to look for Mojang's services (authlib 10, from 26.3 on). */

/** Addresses without a slash at the end. */
export interface DiscoveryUrls {
  /** This server. */
  readonly own: string;
  /** Mojang's, or what stands for it, for everything that this server does not serve. */
  readonly services: string;
  readonly sessions: string;
}

/**
 * The document that a game is given by `-Dminecraft.api.discovery.host`. It has the form and the endpoints of Mojang's
 * own, as of October 2026; what this server answers leads here, and the rest where it leads by default.
 */
export function discoveryDocument({ own, services, sessions }: DiscoveryUrls): object {
  return {
    environment: "prod",
    product: "minecraft",
    discovery: {
      authentication: {
        endpoints: {
          getPublicKeys: at(own, "/publickeys"),
          loginXbox: at(services, "/authentication/login_with_xbox"),
        },
      },
      session: {
        endpoints: {
          getProfileById: at(own, "/session/minecraft/profile/{profileId}"),
          verify: at(own, "/session/minecraft/hasJoined"),
          // Of clients, with their token: that is nobody's but Mojang's.
          join: at(sessions, "/session/minecraft/join"),
        },
      },
      player: {
        endpoints: {
          updatePresence: at(services, "/presence"),
          sendReport: at(services, "/player/report"),
          getAttributes: at(services, "/player/attributes"),
          getFriends: at(services, "/friends"),
          getCertificates: at(services, "/player/certificates"),
          updateAttributes: at(services, "/player/attributes"),
          updateFriends: at(services, "/friends"),
          getBlocklist: at(services, "/privacy/blocklist"),
        },
      },
      profiles: {
        endpoints: {
          getManyByName: at(own, "/profiles/minecraft"),
          getByName: at(own, "/users/profiles/minecraft/{name}"),
          getTexture: {
            validUris: [
              "https://textures.minecraft.net/texture/{textureId}",
              "http://textures.minecraft.net/texture/{textureId}",
            ],
          },
        },
      },
      telemetry: { endpoints: { sendEvents: at(services, "/events") } },
    },
  };
}

function at(base: string, path: string): object {
  return { uri: base + path };
}
