/** Every claim the kit makes of a backend. */
import type { Check } from "../check.js";
import { BULK_CHECKS } from "./bulk.js";
import { CALLING_CHECKS } from "./calling.js";
import { CLEARING_CHECKS } from "./clearing.js";
import { EXPIRY_CHECKS } from "./expiry.js";
import { KEY_CHECKS } from "./keys.js";
import { LIVING_CHECKS } from "./living.js";
import { OVERLAPPING_CHECKS } from "./overlapping.js";
import { PURGING_CHECKS } from "./purging.js";
import { SCANNING_CHECKS } from "./scanning.js";
import { STORING_CHECKS } from "./storing.js";

export const ALL_CHECKS: readonly Check[] = [
  ...STORING_CHECKS,
  ...KEY_CHECKS,
  ...EXPIRY_CHECKS,
  ...PURGING_CHECKS,
  ...BULK_CHECKS,
  ...SCANNING_CHECKS,
  ...CLEARING_CHECKS,
  ...OVERLAPPING_CHECKS,
  ...CALLING_CHECKS,
  ...LIVING_CHECKS,
];
