/**
 * The sentences of the contract that checks are about, as they stand in `src/contract/`. A test compares them, so that
 * what a failure quotes is what an author can look up.
 */
export const SENTENCES = {
  entryKey: "`key` is a well-formed string of 1 to 1,024 bytes in UTF-8.",
  opaque:
    "Opaque bytes, owned by the receiver: a backend may keep the array it is given, the host the one it gets.",
  expiresAt: "Milliseconds since the epoch after which the entry may be dropped; absent: keep it.",
  signal:
    "Aborts when nobody waits for the result any more: the deadline has passed or the plugin is to stop.",
  deadline: "Milliseconds since the epoch at which the host stops waiting. Informative.",
  limit: "The most keys a page may hold.",
  lastPage: "A missing `cursor` means that this was the last page.",
  overlap: "Calls overlap: a backend is called again before earlier calls have ended.",
  lives: "Two lives of one plugin may be open at once.",
  failing:
    "A call that fails throws or rejects; the entry is then in its former or its new state, never in between.",
  get: "Answers the entry, or `undefined` where there is none; one that has expired may be either.",
  put: "Stores the entry, replacing any other under the key.",
  vouches: "Resolves once the backend vouches for it.",
  purge: "Removes the entry.",
  purgeAbsent: "Purging an absent key succeeds.",
  close: "Releases what the backend holds.",
  getMany: "Answers one result per key, in the order of the keys.",
  putMany: "Stores all entries; rejects if any could not be stored.",
  purgeMany: "Removes all entries; rejects if any could not be removed.",
  scan: "Lists keys of one category page by page; a key present throughout is listed at least once.",
  clear: "Removes every entry of this category, and of no other.",
  ping: "Succeeds when the backend can serve.",
  metadata: "What a plugin says of itself: its required export `metadata`.",
  register: "Offers a storage backend to the host.",
  open: "Opens a backend: called once per distinct `parameters` in the configuration, in every life.",
  invalidate: "Tells the host that entries were changed by somebody else;",
} as const;

/** Names a sentence of the contract. */
export type Sentence = keyof typeof SENTENCES;
