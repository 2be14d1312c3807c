/** Every operation of the HTTP API that each server has, in the order the document has them. */
import { PLUGIN_ACTIONS } from "./plugin-resource.js";
import type { PluginAction } from "./plugin-resource.js";

/** One method of one path. */
export interface Operation {
  readonly method: "get" | "put" | "post" | "delete";
  /** As OpenAPI has them, with parameters in braces. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** Its query parameters. */
  readonly query?: readonly string[];
  /** A header that is looked at. */
  readonly header?: string;
  readonly hasBody?: boolean;
  /** Whether it changes something, or shows what may hold a secret. */
  readonly needsToken: boolean;
  /** By status, `#` and the name of a schema, a media type, or nothing; all other answers are errors. */
  readonly answers: Readonly<Record<number, string>>;
  /** The errors, as `answers` has its own; `#Error` by default. */
  readonly error?: string;
}

const SUMMARIES: Readonly<Record<PluginAction, string>> = {
  restart: "Ends a plugin's life and begins a new one at once",
  stop: "Stops a plugin until somebody starts it",
  start: "Starts a plugin that is not running",
  reload: "Reads a plugin's module again and replaces its life without a failed call",
};

const ENTRY = "/cache/{category}/{key}";
const KNOWN_ENTRY = "/api/categories/{category}/entries/{key}";

export const OPERATIONS: readonly Operation[] = [
  read("/health", "getHealth", "Every plugin and category; 503 when down", {
    200: "#Health",
    503: "#Health",
  }),
  read("/livez", "getLiveness", "Whether the process can answer", { 200: "#Readiness" }),
  read("/readyz", "getReadiness", "Whether requests should be sent here", {
    200: "#Readiness",
    503: "#Readiness",
  }),
  read("/metrics", "getMetrics", "Health in the text format of Prometheus", { 200: "text/plain" }),
  read(ENTRY, "getEntry", "The bytes of an entry", { 200: "*/*", 404: "#Error" }),
  {
    ...change("put", ENTRY, "putEntry", "Stores an entry", { 204: "" }),
    query: ["ttl"],
    hasBody: true,
  },
  change("delete", ENTRY, "deleteEntry", "Removes an entry", { 204: "" }),
  read("/api/openapi.json", "getDocument", "This document", { 200: "application/json" }),
  read("/api/status", "getStatus", "What runs here, and since when", { 200: "#Status" }),
  read("/api/config", "getConfig", "The configuration in effect, without secrets", { 200: "#Config" }),
  {
    ...read("/api/events", "getEvents", "What happens, as server-sent events", { 200: "text/event-stream" }),
    header: "Last-Event-ID",
  },
  {
    ...read("/api/history", "getHistory", "Figures of every plugin over the last ten minutes", {
      200: "#History",
    }),
    query: ["after"],
  },
  read("/api/plugins", "getPlugins", "Every plugin", { 200: "#Plugins" }),
  read("/api/plugins/{plugin}", "getPlugin", "One plugin", { 200: "#Plugin", 404: "#Error" }),
  {
    ...read("/api/plugins/{plugin}/report", "getReport", "The crash report of a plugin's last failure", {
      200: "application/json",
      404: "#Error",
    }),
    needsToken: true,
  },
  ...PLUGIN_ACTIONS.map((action) =>
    change("post", `/api/plugins/{plugin}/${action}`, `${action}Plugin`, SUMMARIES[action], {
      200: "#Plugin",
      404: "#Error",
    }),
  ),
  read("/api/categories", "getCategories", "Every category", { 200: "#Categories" }),
  read(KNOWN_ENTRY, "lookUpEntry", "An entry, and where it came from", { 200: "#Entry", 404: "#Error" }),
  change("delete", KNOWN_ENTRY, "removeEntry", "Removes an entry of any category", { 204: "" }),
];

/** A row of a table of operations: method, path, id, summary and answers. */
export type OperationRow = readonly [
  method: Operation["method"],
  path: string,
  id: string,
  summary: string,
  answers: Operation["answers"],
];

/** An operation that needs no token. */
export function operation(...[method, path, id, summary, answers]: OperationRow): Operation {
  return { method, path, id, summary, needsToken: false, answers };
}

function read(path: string, id: string, summary: string, answers: Operation["answers"]): Operation {
  return operation("get", path, id, summary, answers);
}

function change(...row: OperationRow): Operation {
  return { ...operation(...row), needsToken: true };
}
