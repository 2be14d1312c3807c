import type { Isolation } from "../../../src/host/main.js";

/** What the plugin runs in where a test runs it as the runtime does. */
export const ISOLATION: Isolation = "thread";
