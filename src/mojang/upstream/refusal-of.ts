import type { UpstreamResponse } from "./send-request.js";
import { UpstreamError } from "./upstream-error.js";

/**
 * What an answer says that is none, by its status: too many requests, a firewall's refusal, a failure. `undefined` of a
 * 2xx, a 400 and a 404, whose meaning depends on the question.
 * @param host for messages.
 */
export function refusalOf(
  host: string,
  { status, retryAfterMs }: Pick<UpstreamResponse, "status" | "retryAfterMs">,
): UpstreamError | undefined {
  if ((status >= 200 && status < 300) || status === 400 || status === 404) return undefined;
  const options = { status };
  if (status === 429)
    return new UpstreamError(host, "limited", "it was asked too much (429)", { status, retryAfterMs });
  if (status === 403)
    return new UpstreamError(host, "blocked", "a firewall before it has refused (403)", options);
  if (status >= 500) return new UpstreamError(host, "unavailable", `it has failed (${status})`, options);
  return new UpstreamError(host, "unexpected", `it answered ${status}`, options);
}
