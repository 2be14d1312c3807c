/** How long what is asked of the cache may take, in ms. */
import { CALL_MS } from "./chaos-backend.js";
import { LOAD_MS } from "./world-settings.js";

/** Deadlines are swept every 10 ms and are up to two sweeps late. */
export const LATE_MS = 20;

/** A read of the backend, then a load. */
export const READ_BOUND_MS: number = CALL_MS + LOAD_MS + 2 * LATE_MS;

/** What is under way before, then the write itself. */
export const WRITE_BOUND_MS: number = 2 * CALL_MS + LATE_MS;

/** How long a closing cache waits for its writes. */
export const STOP_MS = 100;
