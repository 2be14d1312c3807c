/** What a plugin may run in: what holds for one kind of isolation holds for the other, unless a test says otherwise. */
export const KINDS = ["thread", "process"] as const;

export type Kind = (typeof KINDS)[number];
