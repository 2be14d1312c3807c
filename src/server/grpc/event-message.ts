/** What the domain tells of new entries, as messages. */
import { toDashedId } from "../../mojang/main.js";
import type { MojangEvent } from "../../mojang/main.js";
import { toNameHistory, toProfile, toProfileId, toSeconds } from "./to-message.js";
import type { Wire } from "./wire.js";

/** As the first Stockpile's clients look them up. */
const TYPE_URL_PREFIX = "type.googleapis.com/";
/** `rpc.EventType`. */
const TYPES: Readonly<Record<MojangEvent["type"], number>> = {
  PROFILE_ID: 0,
  NAME_HISTORY: 1,
  PROFILE: 2,
  BLACKLIST: 3,
};

/** A message with its full name. */
type Named = readonly [name: string, message: object];

/** The bytes of an `rpc.Event`: they are the same for all who listen, and made once. */
export function encodeEvent(wire: Wire, event: MojangEvent): Buffer {
  const { key, object } = partsOf(event);
  const pack = ([name, message]: Named): object => ({
    type_url: `${TYPE_URL_PREFIX}${name}`,
    value: wire.encode(name, message),
  });
  return wire.encode("rpc.Event", {
    type: TYPES[event.type],
    ...(key === undefined ? {} : { key: pack(key) }),
    object: pack(object),
  });
}

function partsOf(event: MojangEvent): { readonly key?: Named; readonly object: Named } {
  switch (event.type) {
    case "PROFILE_ID":
      return {
        key: ["rpc.ProfileIdKey", { name: event.key.name, at: toSeconds(event.key.at) }],
        object: ["rpc.ProfileId", toProfileId(event.profileId)],
      };
    case "NAME_HISTORY":
      return { key: idKey(event.id), object: ["rpc.NameHistory", toNameHistory(event.history)] };
    case "PROFILE":
      return { key: idKey(event.id), object: ["rpc.Profile", toProfile(event.profile)] };
    default:
      return { object: ["rpc.Blacklist", { hashes: event.hashes }] };
  }
}

function idKey(id: string): Named {
  return ["rpc.IdKey", { id: toDashedId(id) }];
}
