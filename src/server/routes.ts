/** Finds what a request asks for. */
import type { CacheResource } from "./cache-resource.js";
import { HttpError } from "./http-error.js";
import type { HealthResource } from "./health-resource.js";
import type { HttpHandler, HttpRequest, HttpResponse } from "./http-message.js";
import { isLoopbackHostHeader } from "./loopback.js";
import { decodeSegment, parseRequestTarget } from "./request-target.js";

/** What {@link createRoutes} works with. */
export interface RoutesOptions {
  readonly cache: CacheResource;
  readonly health: HealthResource;
  /** True once the server has begun to stop: the cache is no longer served then, health still is. */
  readonly isClosing: () => boolean;
  /** True when only this machine can reach the server. */
  readonly isLoopbackOnly: () => boolean;
}

/** A map and no object: the method comes from the client, and `constructor` is none. */
type Methods = ReadonlyMap<string, () => HttpResponse | Promise<HttpResponse>>;

const ROUTES = "GET /health, GET /livez, GET /readyz, and GET, HEAD, PUT, DELETE /cache/<category>/<key>";

/** A handler for all routes of the server. */
export function createRoutes(options: RoutesOptions): HttpHandler {
  return async (request) => {
    refuseForeignHost(request, options.isLoopbackOnly());
    const methods = findResource(request, options);
    // HEAD is GET whose body the listener leaves out.
    const method = methods.get(request.method === "HEAD" ? "GET" : request.method);
    if (method === undefined) throw methodNotAllowed(request.method, [...methods.keys()]);
    return method();
  };
}

/**
 * A web page can point a name of its own at 127.0.0.1 and then, same origin to the browser, use a server that
 * listens there for its user alone (DNS rebinding); the `Host` header still carries that name.
 */
function refuseForeignHost(request: HttpRequest, isLoopbackOnly: boolean): void {
  const host = request.headers.host;
  // Only an HTTP/1.0 client, never a browser, sends none.
  if (!isLoopbackOnly || host === undefined || isLoopbackHostHeader(host)) return;
  throw new HttpError(
    421,
    "STOCKPILE_HOST_REFUSED",
    `Cannot serve host "${host.slice(0, 255)}": expected localhost, 127.0.0.1 or [::1], as this server listens on a loopback address`,
  );
}

function findResource(request: HttpRequest, options: RoutesOptions): Methods {
  const { segments, query } = parseRequestTarget(request.target);
  const { cache, health } = options;
  const [first, category, key, ...rest] = segments;
  if (segments.length === 1) {
    if (first === "health") return new Map([["GET", () => health.health()]]);
    if (first === "livez") return new Map([["GET", () => health.livez()]]);
    if (first === "readyz") return new Map([["GET", () => health.readyz()]]);
  }
  if (first !== "cache" || category === undefined || key === undefined) throw routeUnknown();
  if (rest.length > 0) throw slashInKey();
  if (options.isClosing())
    throw new HttpError(503, "STOCKPILE_CLOSED", "Cannot serve request: the server is stopping");
  const address = { category: decodeSegment(category), key: decodeSegment(key), query };
  return new Map([
    ["GET", () => cache.get(address)],
    ["PUT", () => cache.put(address, request)],
    ["DELETE", () => cache.delete(address)],
  ]);
}

function methodNotAllowed(method: string, allowed: readonly string[]): HttpError {
  const allow = allowed.flatMap((name) => (name === "GET" ? ["GET", "HEAD"] : [name])).join(", ");
  return new HttpError(
    405,
    "STOCKPILE_METHOD_NOT_ALLOWED",
    `Cannot use method ${method.slice(0, 32)} here: expected one of ${allow}`,
    { allow },
  );
}

function routeUnknown(): HttpError {
  return new HttpError(404, "STOCKPILE_ROUTE_UNKNOWN", `Cannot find route: expected one of ${ROUTES}`);
}

function slashInKey(): HttpError {
  return new HttpError(
    400,
    "STOCKPILE_KEY_INVALID",
    "Cannot use path: expected /cache/<category>/<key>, with each slash of the key written as %2F",
  );
}
