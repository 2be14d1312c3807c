/** Keys through which code that merges objects carelessly, in a plugin say, reaches the prototype of them all. */
export const REFUSED_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
