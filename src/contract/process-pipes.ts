/**
 * The descriptors over which a process of a plugin and its host speak, as the process numbers them. There is no IPC
 * channel of Node's: a process that writes what it likes to one ends its host.
 */
export const PIPE = {
  /** Frames from the host. */
  fromHost: 3,
  /** Frames to the host. A pipe of its own, so that the process can write without turning its loop; see docs/architecture.md. */
  toHost: 4,
  /** Records of the pulse to the host; its end tells the process that the host is gone. */
  lifeline: 5,
} as const;
