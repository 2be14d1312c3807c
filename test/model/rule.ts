/** The rules of the cache that the histories check, each by the name that its violations carry. */
export const RULES = {
  "read-your-writes": "A get sees the sets that the process made before.",
  "no-resurrection": "What was deleted or cleared does not come back.",
  "least-version": "After a set was refused because the queue is full, nothing older is answered.",
  "no-lost-write": "What was set, and neither expired nor lost by the backend, is answered.",
  pending: "A write that waits answers for its key, and the backend is not asked.",
  "newest-wins": "In the end the backend holds the newest write of each key.",
  undelivered: "What was accepted and is not in the backend when the cache closes is reported.",
  "queue-empty": "In the end nothing is queued.",
  "single-flight": "One load and one read of a key at most, in each generation.",
  fill: "A flight of an earlier generation fills nothing.",
  "fresh-hit": "What is fresh and near is not loaded again.",
  "refresh-ahead": "A hit shortly before its end has the value loaded again.",
  ttl: "Nothing expired is answered as fresh.",
  expire: "Nothing is fresh any more after expire().",
  grace: "Stale values only within grace, where a load failed or is slow, and marked.",
  "stale-if-error": "Where a load fails, what is within its grace is answered.",
  negative: "A load that yielded nothing is remembered for negativeTtl, and no longer.",
  invalidate: "What another host changed is not answered after invalidate().",
  "same-value": "A value is the same from every source.",
  keys: "keys() lists what is there, and nothing that was deleted.",
  rejection: "Calls reject with what has happened, and with nothing else.",
  settles: "Every call settles in time.",
  unhandled: "No rejection is left to nobody.",
  timers: "No timer is left.",
} as const;

/** The name of a rule. */
export type Rule = keyof typeof RULES;
