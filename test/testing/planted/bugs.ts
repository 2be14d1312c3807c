import type { PlantedBug } from "./bug.js";
import { BUGS_OF_KEYS } from "./bugs-of-keys.js";
import { BUGS_OF_LISTINGS } from "./bugs-of-listings.js";
import { BUGS_OF_LIVES } from "./bugs-of-lives.js";
import { BUGS_OF_SHARING } from "./bugs-of-sharing.js";
import { BUGS_OF_VALUES } from "./bugs-of-values.js";

/** All bugs that are planted. */
export const ALL_BUGS: readonly PlantedBug[] = [
  ...BUGS_OF_VALUES,
  ...BUGS_OF_KEYS,
  ...BUGS_OF_LISTINGS,
  ...BUGS_OF_LIVES,
  ...BUGS_OF_SHARING,
];
