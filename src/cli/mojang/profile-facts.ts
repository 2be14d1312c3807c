/** What a table says of a profile. */
import { texturesOf } from "../../mojang/main.js";
import type { ProfileMessage } from "../../server/grpc/messages.js";
import type { Fact } from "../fact-table.js";
import { plainText } from "../plain-text.js";
import { timeText } from "../time-text.js";

/** As it comes, with every field there. */
export type ReceivedProfile = Required<Omit<ProfileMessage, "textures">> & {
  readonly textures: Required<ProfileMessage>["textures"] | null;
};

const MAX_CHARACTERS = 64;
const MAX_URL_CHARACTERS = 256;
/** Mojang has one property; a server that says it has hundreds shall not fill the terminal. */
const MAX_PROPERTIES = 20;

/** Name, id, textures and properties; texts are fit for a terminal. */
export function profileFacts(profile: ReceivedProfile): Fact[] {
  return [
    ["Name", plainText(profile.name, MAX_CHARACTERS)],
    ["Id", plainText(profile.id, MAX_CHARACTERS)],
    ...textureFacts(profile),
    ...profile.properties.slice(0, MAX_PROPERTIES).map(propertyFact),
  ];
}

/** The model is in the property alone. */
function textureFacts({ id, name, properties, textures }: ReceivedProfile): Fact[] {
  if (textures === null) return [["Skin", "unknown: the profile has no textures"]];
  const { isSlim = false } = texturesOf({ id, name, properties }) ?? {};
  const skin = plainText(textures.skinUrl, MAX_URL_CHARACTERS);
  const cape = plainText(textures.capeUrl, MAX_URL_CHARACTERS);
  return [
    ["Skin", skin || "the default one"],
    // Which model a default skin has, follows from the id in the game alone.
    ...(skin === "" ? [] : [["Model", isSlim ? "slim" : "wide"] as const]),
    ["Cape", cape || "none"],
    ["Textures of", timeText(textures.timestamp * 1000)],
  ];
}

function propertyFact({ name, value, signature }: ReceivedProfile["properties"][number]): Fact {
  const seal = signature === "" ? "not signed" : "signed";
  return ["Property", `${plainText(name, MAX_CHARACTERS)}, ${value.length} characters, ${seal}`];
}
