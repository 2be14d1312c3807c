/** The keys of all histories. */
export const KEYS = ["a", "b", "f"] as const;

/** The one that another host writes as well. */
export const FOREIGN_KEY = "f";
