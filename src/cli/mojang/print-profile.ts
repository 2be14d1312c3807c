/** A profile, as `get-profile` and `login` print it. */
import { jsonText } from "../json-text.js";
import type { RpcAnswer } from "../remote/call-server.js";
import { originText } from "./origin-text.js";
import { printFacts } from "./print-facts.js";
import { profileFacts } from "./profile-facts.js";
import type { ReceivedProfile } from "./profile-facts.js";

/** Prints the profile that was found. */
export function printProfile({ message, origin }: RpcAnswer<ReceivedProfile>, json: boolean): void {
  if (json) {
    process.stdout.write(`${jsonText({ ...toJson(message), ...origin })}\n`);
    return;
  }
  const isColoured = process.stdout.isTTY && process.stdout.hasColors();
  printFacts([
    ...profileFacts(message),
    // A login is asked of Mojang each time, and says nothing of it.
    ...(origin.source === undefined ? [] : [["From", originText(origin, isColoured)] as const]),
  ]);
}

/** With times in ms since the epoch, as everything else that is JSON has them; what is not there is left out. */
function toJson({ id, name, properties, textures }: ReceivedProfile): object {
  const profile = { id, name, properties };
  if (textures === null) return profile;
  return { ...profile, textures: { ...textures, timestamp: textures.timestamp * 1000 } };
}
