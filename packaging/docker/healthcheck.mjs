/**
 * Ends with 0 where the server of this container answers, else with 1. It asks /livez: who restarts containers that are
 * unhealthy is not to do so for the trouble of a plugin, which the server mends by itself.
 */
import { get as getHttp } from "node:http";
import { get as getHttps } from "node:https";

/** Below the time-out of the Dockerfile's HEALTHCHECK. */
const TIMEOUT_MS = 4_000;

const url = new URL("/livez", process.env.STOCKPILE_SERVER ?? "http://127.0.0.1:36623");
const get = url.protocol === "https:" ? getHttps : getHttp;
setTimeout(() => process.exit(1), TIMEOUT_MS);
// Nothing is sent but the question, and it does not leave the container: the certificate has the name that others use.
get(url, { rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on(
  "error",
  () => process.exit(1),
);
