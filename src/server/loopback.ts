/** Telling loopback addresses and names from others. */

/** The names and addresses by which a browser reaches this machine itself; any port. */
const LOOPBACK_HOST_HEADER: RegExp = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/i;

/** Whether a bound IP address is reachable from this machine only. */
export function isLoopbackAddress(address: string): boolean {
  return /^(?:::ffff:)?127\./i.test(address) || address === "::1";
}

/** Whether a `Host` header names this machine itself. */
export function isLoopbackHostHeader(header: string): boolean {
  return LOOPBACK_HOST_HEADER.test(header);
}
