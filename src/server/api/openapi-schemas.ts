/** The JSON Schemas of what the API answers. What a schema does not name may be there as well: newer servers say more. */
import { FIGURES } from "../history/plugin-figures.js";

const STRING = { type: "string" };
const BOOLEAN = { type: "boolean" };
const COUNT = { type: "integer", minimum: 0 };
const NUMBER = { type: "number" };
/** How long something took in the last minute: half, 95 % and 99 % of it no longer. */
const PERCENTILES = object({ p50Ms: NUMBER, p95Ms: NUMBER, p99Ms: NUMBER });
/** Figures over time; null where there was none. */
const CURVE = { type: "array", items: { type: ["number", "null"] } };
const TIME = { type: "number", description: "Milliseconds since the epoch" };

export const SCHEMAS: Readonly<Record<string, object>> = {
  Error: object({ error: object({ code: STRING, message: STRING }) }),
  Readiness: object({ status: oneOf("ok", "degraded", "down", "closing") }),
  Status: object(
    {
      name: STRING,
      version: STRING,
      node: STRING,
      status: oneOf("ok", "degraded", "down"),
      at: TIME,
      startedAt: TIME,
      eventListeners: COUNT,
    },
    {
      upstreams: list(
        object({
          host: STRING,
          baseUrl: STRING,
          capacity: NUMBER,
          left: NUMBER,
          sent: COUNT,
          refused: COUNT,
          failed: COUNT,
          pausedMs: NUMBER,
        }),
      ),
    },
  ),
  Health: object({
    status: oneOf("ok", "degraded", "down"),
    at: TIME,
    plugins: list(ref("Plugin")),
    categories: list(ref("Category")),
  }),
  Plugins: object({ plugins: list(ref("Plugin")) }),
  Plugin: object(
    {
      name: STRING,
      state: oneOf("starting", "ready", "degraded", "restarting", "quarantined", "stopped"),
      since: TIME,
      isolation: oneOf("thread", "process"),
      startup: oneOf("optional", "required"),
      backends: list(
        object(
          {
            id: STRING,
            parametersKey: STRING,
            breaker: oneOf("closed", "open", "half-open"),
            queuedWrites: COUNT,
          },
          { openFailure: STRING },
        ),
      ),
      lives: COUNT,
      restarts: COUNT,
      failures: object({
        crash: COUNT,
        hang: COUNT,
        exit: COUNT,
        memory: COUNT,
        protocol: COUNT,
        "start-timeout": COUNT,
        load: COUNT,
      }),
      abandonedThreads: COUNT,
      abandonedProcesses: COUNT,
      eventLoop: object({ utilization: NUMBER, blockedMs: NUMBER }),
      memory: object(
        { heapBytes: NUMBER, externalBytes: NUMBER, limitBytes: NUMBER },
        { residentBytes: NUMBER },
      ),
      calls: object(
        {
          inFlight: COUNT,
          inFlightBytes: COUNT,
          succeeded: COUNT,
          failed: COUNT,
          timedOut: COUNT,
          refused: COUNT,
        },
        { p50Ms: NUMBER, p95Ms: NUMBER, p99Ms: NUMBER },
      ),
    },
    {
      metadata: object({ name: STRING, version: STRING }, { authors: list(STRING), website: STRING }),
      lastFailure: ref("Failure"),
      spare: STRING,
      spareFailure: ref("Failure"),
    },
  ),
  Failure: object({ at: TIME, kind: STRING, message: STRING }, { stack: STRING, report: STRING }),
  History: object(
    {
      intervalMs: COUNT,
      isWhole: BOOLEAN,
      at: list(TIME),
      plugins: list(
        object({ name: STRING, ...Object.fromEntries(FIGURES.map((figure) => [figure, CURVE])) }),
      ),
    },
    { last: STRING },
  ),
  Categories: object({ categories: list(ref("Category")), configured: list(STRING) }),
  Category: object(
    {
      name: STRING,
      plugin: STRING,
      gets: object({
        near: COUNT,
        backend: COUNT,
        pending: COUNT,
        loader: COUNT,
        stale: COUNT,
        none: COUNT,
        failed: COUNT,
      }),
      getTimes: object(
        {},
        {
          backend: PERCENTILES,
          loader: PERCENTILES,
          stale: PERCENTILES,
          none: PERCENTILES,
          failed: PERCENTILES,
        },
      ),
      loads: object({ succeeded: COUNT, failed: COUNT }, { p50Ms: NUMBER, p99Ms: NUMBER }),
      undecodable: COUNT,
      near: object({ entries: COUNT, bytes: COUNT }),
    },
    { backend: STRING },
  ),
  Entry: object(
    {
      category: STRING,
      key: STRING,
      source: oneOf("near", "backend", "pending"),
      stale: BOOLEAN,
      failures: list(object({ code: STRING, message: STRING })),
      isHidden: { ...BOOLEAN, description: "Whether the value is too large to be shown, or no JSON data" },
    },
    {
      storedAt: TIME,
      expiresAt: TIME,
      contentType: STRING,
      bytes: COUNT,
      text: STRING,
      base64: STRING,
      json: {},
    },
  ),
  Config: object(
    {
      source: STRING,
      directory: STRING,
      plugins: list(object({ name: STRING, module: STRING, options: {} })),
      storage: ref("Storage"),
      categories: list(object({ name: STRING }, { storage: ref("Storage") })),
      near: { type: ["object", "boolean"] },
      maxValueBytes: COUNT,
      server: { type: "object" },
    },
    { crashReports: { type: "object" }, mojang: { type: "object" } },
  ),
  Player: object({ id: STRING, name: STRING }, { legacy: BOOLEAN, demo: BOOLEAN }),
  Players: list(ref("Player")),
  Profile: object(
    {
      id: STRING,
      name: STRING,
      properties: list(object({ name: STRING, value: STRING }, { signature: STRING })),
    },
    { legacy: BOOLEAN, demo: BOOLEAN, profileActions: list(STRING), signatureRequired: BOOLEAN },
  ),
  Names: list(object({ name: STRING }, { changedToAt: TIME })),
  PublicKeys: object({}, { profilePropertyKeys: list({}), playerCertificateKeys: list({}) }),
  MojangError: object({ path: STRING }, { error: STRING, errorMessage: STRING }),
  Storage: object({ plugin: STRING, parametersKey: STRING, parameters: {} }, { backend: STRING }),
};

/** @param properties all required. */
function object(
  properties: Readonly<Record<string, object>>,
  optional: Readonly<Record<string, object>> = {},
): object {
  return {
    type: "object",
    required: Object.keys(properties),
    properties: { ...properties, ...optional },
  };
}

function list(items: object): object {
  return { type: "array", items };
}

function oneOf(...values: readonly string[]): object {
  return { enum: values };
}

function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}
