/** `/api/openapi.json`: what the HTTP API takes and answers, for people and for programs that make clients of it. */
import { packageVersion } from "../package-version.js";
import { OPERATIONS } from "./openapi-operations.js";
import type { Operation } from "./openapi-operations.js";
import { SCHEMAS } from "./openapi-schemas.js";

/** The part of OpenAPI 3.1 that is used. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: object;
  /** By path and, in lower case, method. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly components: object;
}

/** The errors of operations that have none of their own. */
const ERROR = "#Error";

/** What parameters mean, by name. */
const DESCRIPTIONS: Readonly<Record<string, string>> = {
  category: "The name of a category",
  key: "A key, each slash in it written as %2F",
  plugin: "A plugin's key in the configuration",
  after: "The `last` of an earlier answer: only what came after it is answered",
  ttl: "How long the entry is fresh, at most as long as its category says: 10s, 500ms, 7d, or milliseconds",
  name: "The name of a player, in upper or lower case",
  id: "The id of a player, with dashes or without",
  subject: "A player's name, or its id where a profile is asked for",
  unsigned: "false: with signatures",
  username: "The name of the player who is to have joined",
  serverId: "The hash that the game server has made of the login",
  ip: "The address the player has connected from",
  "Last-Event-ID": "The id of the last event that was received: those after it come first",
};

/**
 * The document, as JSON data.
 * @param operations those that are served; by default those that each server has.
 */
export function openApiDocument(operations: readonly Operation[] = OPERATIONS): OpenApiDocument {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {});
    path[operation.method] = describe(operation);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Stockpile",
      version: packageVersion(),
      description: "Whatever changes something needs the token of the server's configuration.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths,
    components: {
      schemas: SCHEMAS,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

function describe(operation: Operation): object {
  const { id, summary, path, query = [], header, hasBody, needsToken, answers, error = ERROR } = operation;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => parameter(name, "path")),
    ...query.map((name) => parameter(name, "query")),
    ...(header === undefined ? [] : [parameter(header, "header")]),
  ];
  const answered = Object.entries(answers).map(([status, content]) => [status, response(content)]);
  return {
    operationId: id,
    summary,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(hasBody === true ? { requestBody: { required: true, content: { "*/*": {} } } } : {}),
    ...(needsToken ? { security: [{ token: [] }] } : {}),
    responses: {
      ...Object.fromEntries(answered),
      ...refusals(needsToken, error),
      default: response(error),
    },
  };
}

function parameter(name: string, place: "path" | "query" | "header"): object {
  return {
    name,
    in: place,
    required: place === "path",
    description: DESCRIPTIONS[name] ?? name,
    schema: { type: "string" },
  };
}

/**
 * Those of requests that do not get as far as the operation. That the token is missing is told as its errors are; a page of
 * another site, a URL that is too long and a foreign host are refused before it is known which operation is meant.
 */
function refusals(needsToken: boolean, error: string): Readonly<Record<number, object>> {
  const byOperation: Record<number, object> = needsToken
    ? { 401: response(error), 403: response(error) }
    : {};
  if (error === ERROR) return byOperation;
  const before = response(ERROR);
  return { ...byOperation, 403: needsToken ? response(error, ERROR) : before, 414: before, 421: before };
}

/** @param contents Each `#` and the name of a schema, or a media type; one that is empty: there is no body. */
function response(...contents: readonly string[]): object {
  const bodies = contents.filter((content) => content !== "");
  if (bodies.length === 0) return { description: "Done" };
  const named = bodies.map((content) => content.replace(/^#/, ""));
  return { description: named.join(" or "), content: Object.assign({}, ...bodies.map(mediaType)) };
}

function mediaType(content: string): object {
  if (!content.startsWith("#")) return { [content]: {} };
  return { "application/json": { schema: { $ref: `#/components/schemas/${content.slice(1)}` } } };
}
