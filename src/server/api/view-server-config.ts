import type { ServerConfig } from "../server-config.js";

/** The section without its secrets. */
export interface ServerConfigView extends Omit<ServerConfig, "token"> {
  /** `***`; absent: none is configured. */
  readonly token?: string;
}

/** Shows the section: whether there is a token, and not which. */
export function viewServerConfig({ token, ...open }: ServerConfig): ServerConfigView {
  return token === undefined ? open : { ...open, token: "***" };
}
