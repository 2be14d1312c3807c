/** What holds where the configuration says nothing, each value with its reason. docs/configuration.md says the same. */
import type { Isolation, NearValues, Startup } from "./config.js";

/** A thread boots in about 50 ms and a client connects within a second; a service that waits longer is broken. */
export const DEFAULT_START_MS = 5_000;

/** A cache that answers later than this is slower than most of what it stands before. */
export const DEFAULT_CALL_MS = 500;

/** Time to send what is queued, within the 10 s that process supervisors commonly grant a whole server. */
export const DEFAULT_STOP_MS = 2_000;

/** Longer than any pause of a healthy loop, a full garbage collection of a large heap included. */
export const DEFAULT_HANG_MS = 5_000;

/** Many times what a client of a storage service holds, so that only a leak meets it, and well before the machine does. */
export const DEFAULT_MEMORY_MB = 256;

/** A backend that answers within 1 ms then serves 4 million calls a second: more than a thread can take in. */
export const DEFAULT_IN_FLIGHT_CALLS = 4096;

/** 64 MiB: eight of the largest values, and a quarter of the memory the plugin may hold by default. */
export const DEFAULT_IN_FLIGHT_BYTES = 67_108_864;

/** A service that restarts costs one or two, a broken one all. */
export const DEFAULT_BURST = 5;

/** Long enough for the whole burst with its delays, 3 s in all; short enough that old failures are forgotten. */
export const DEFAULT_WINDOW_MS = 60_000;

/** Twice the boot of a thread: short enough for one crash to pass unnoticed, long enough to keep a loop of them cheap. */
export const DEFAULT_BACKOFF_MS = 100;

/** A repaired service is in use half a minute later. */
export const DEFAULT_MAX_BACKOFF_MS = 30_000;

/** A thread contains what JavaScript can do wrong, starts in half the time, and takes some 10 MB where a process takes 60. */
export const DEFAULT_ISOLATION: Isolation = "thread";

/** Whoever reaches an inspector controls the plugin and, from a thread, its host. */
export const DEFAULT_INSPECT = false;

/** A cache exists to be done without: a server starts although its cache does not. */
export const DEFAULT_STARTUP: Startup = "optional";

/** Off: a second life takes as much memory as the first, and a cold start is over in a twentieth of a second. */
export const DEFAULT_SPARE = false;

/** 8 MiB: above any sensible cached value, below what stalls the host noticeably while it is copied. */
export const DEFAULT_MAX_VALUE_BYTES = 8_388_608;

/**
 * 10 minutes: long enough that what is read again in one sitting comes from the cache, short enough that a change at
 * the source shows without any invalidation before people take it for a fault.
 */
export const DEFAULT_TTL_MS = 600_000;

/**
 * 10 s: above what a healthy source needs even with a retry, below the 30 s and more after which the callers and
 * proxies in front give up, so that the error that arrives is the one that tells the cause.
 */
export const DEFAULT_LOAD_TIMEOUT_MS = 10_000;

/** A backend that fails must not take down what it only speeds up. */
export const DEFAULT_ON_READ_ERROR = "miss" as const;

/** Off: how old a value may get while its source is down is for the application to say. */
export const DEFAULT_GRACE_MS = 0;

/** Off: a load for a value that is still fresh costs the source a request that nobody waits for. */
export const DEFAULT_REFRESH_AHEAD_MS = 0;

/** 5 s: keeps a source from being asked for what it does not have by every request, and a new value shows soon. */
export const DEFAULT_NEGATIVE_TTL_MS = 5_000;

/** A backend that is down for a while must not lose what was written, nor fail what writes it. */
export const DEFAULT_ON_WRITE_ERROR = "queue" as const;

/** Some hundred writes a second for half a minute of outage; at a few hundred bytes of bookkeeping each, megabytes. */
export const DEFAULT_QUEUED_WRITES = 10_000;

/** 64 MiB: eight of the largest values. As much as may be under way to a plugin. */
export const DEFAULT_QUEUED_BYTES = 67_108_864;

/** Enough for what is asked for again and again; some megabytes of usual values. */
export const DEFAULT_NEAR_ENTRIES = 10_000;

/** 64 MiB: eight of the largest values, and little beside what a server takes anyway. */
export const DEFAULT_NEAR_BYTES = 67_108_864;

/** A caller that changes a value it was given must not change what others get; freezing costs only the first of them. */
export const DEFAULT_NEAR_VALUES: NearValues = "freeze";

/** Beside the configuration, where it is found by whoever looks for the cause. */
export const DEFAULT_CRASH_REPORTS_DIRECTORY = "crash-reports";

/** Enough to see what a series of failures has in common; at some 50 kB each, little enough to be forgotten. */
export const DEFAULT_CRASH_REPORTS_KEEP = 50;

/** Built in, needs nothing else to run. */
export const DEFAULT_STORAGE_PLUGIN = "memory";
