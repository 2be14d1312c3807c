import { isIPv4, isIPv6 } from "node:net";

/** What {@link isServedHost} holds for, for messages. */
export const SERVED_HOSTS =
  'localhost, an IP address, or a name that the configuration lists ("hosts" in the "server" section)';

/** A `Host` header, or `:authority`: an IPv6 address in brackets, or a name or IPv4 address; then perhaps a port. */
const HOST_HEADER = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/;

/**
 * Whether a `Host` header has what a server is asked by: `localhost`, any IP address, as no web page can have one for a
 * name of its own that it points elsewhere, or one of `names`. The port is passed over.
 * @param names in lower case, without a dot at the end.
 */
export function isServedHost(header: string, names: readonly string[]): boolean {
  const [, ipv6, name = ""] = HOST_HEADER.exec(header) ?? [];
  if (ipv6 !== undefined) return isIPv6(ipv6);
  // "cache.example.org." is the same name, said to be whole.
  const host = name.toLowerCase().replace(/\.$/, "");
  return host === "localhost" || isIPv4(host) || names.includes(host);
}
