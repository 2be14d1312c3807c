import type { ServerLink } from "./server-link.js";
import type { Shortfall } from "./shortfall.js";

/** The servers that hold entries: one, or the masters of a cluster. */
export interface Servers {
  /** Their address, for people. */
  readonly label: string;
  /**
   * Changes whenever a server may be another than before, or has other entries than before: what was said of a
   * position within a server holds no longer.
   */
  readonly epoch: string;
  /** Those there are at present, in a fixed order. */
  readonly masters: readonly ServerLink[];
  /**
   * How many there are besides these, out of reach: they hold entries too, and so would what takes over from them. The
   * epoch changes with it.
   */
  readonly missing: number;
  /** Whether names of different slots may lie on different servers, and not be named in one command. */
  readonly hasSlots: boolean;
  /** Settles when there has been a connection, or an attempt that failed: then it is the reason. */
  readonly opened: Promise<Shortfall | undefined>;
  /** The server that has entries of this slot; `undefined` while there is none. */
  linkOf(slot: number): ServerLink | undefined;
  /** What is missing where there is no server for a slot. */
  readonly shortfall: Shortfall;
  /** Where a server sent a command to; `undefined` where the error is no redirection, or leads nowhere yet. */
  redirection(error: unknown): Redirection | undefined;
  /** Told that an answer did not come in time: another server may have taken over. */
  noteLate(): void;
  close(): void;
}

export interface Redirection {
  readonly link: ServerLink;
  /** Whether it is for this command alone and has to be asked for first. */
  readonly isAsking: boolean;
}

export interface ServersOptions {
  /** Called when a connection has come about, the first one and each that replaces it. */
  readonly onReady: (link: ServerLink) => void;
  /** Called for every connection that ended or did not come about. */
  readonly onLost: (link: ServerLink, reason: string) => void;
  /** Called when a server is none of those that hold entries any more. */
  readonly onGone: (link: ServerLink) => void;
}
