/** The web page at `/ui/`. Its data come from `/health` and `/api`, as everybody's do. */
import type { Context, Hono } from "hono";

import type { ServerEnv } from "../server-env.js";
import { PAGE } from "./page-files.js";
import type { PageFile, PageFiles } from "./page-files.js";

/** A year: as long as a file keeps its name, it is the same. */
const IMMUTABLE = "public, max-age=31536000, immutable";

/**
 * The page is made of its own files and of nothing that is in data: no script, style or form leads anywhere else, no
 * other page shows it in a frame, and texts become markup nowhere (trusted types).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
};

/** Adds them to an app whose paths are raw. */
export function addPageRoutes(app: Hono<ServerEnv>, files: PageFiles): void {
  // Relative, so that they hold behind a proxy that serves all this below a path of its own.
  app.get("/", (c) => c.body(null, 302, { location: "ui/" }));
  app.get("/ui", (c) => c.body(null, 308, { location: "ui/" }));
  app.get("/ui/", (c) => serve(c, files.find(PAGE), PAGE_HEADERS));
  app.get("/ui/:file{[^/]+}", (c) => {
    const name = c.req.param("file");
    return name === PAGE ? c.notFound() : serve(c, files.find(name), { "cache-control": IMMUTABLE });
  });
}

function serve(
  c: Context<ServerEnv>,
  file: PageFile | undefined,
  headers: Readonly<Record<string, string>>,
): Response | Promise<Response> {
  if (file === undefined) return c.notFound();
  const { contentType, bytes, gzipped } = file;
  const isGzipped = acceptsGzip(c.req.header("accept-encoding"));
  return c.body(isGzipped ? gzipped : bytes, 200, {
    ...headers,
    "content-type": contentType,
    vary: "accept-encoding",
    ...(isGzipped ? { "content-encoding": "gzip" } : {}),
  });
}

/** As every browser says it; who weighs encodings against each other is sent the plain bytes where it refuses gzip. */
function acceptsGzip(header: string | undefined): boolean {
  return header !== undefined && /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header);
}
