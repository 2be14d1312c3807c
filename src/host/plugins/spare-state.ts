/** How it stands with the spare of a plugin; `none`: there is none, or the next one is due. */
export type SpareState = "ready" | "starting" | "none";
