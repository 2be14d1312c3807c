/**
 * Whom a request is for, the least patient first: somebody who is joining a server, somebody who asks for what nobody
 * has asked for before, somebody who asks for many of these at a time, or the refreshing of what is there.
 */
export const PRIORITIES = ["login", "first", "bulk", "refresh"] as const;

/** One of {@link PRIORITIES}. */
export type Priority = (typeof PRIORITIES)[number];
