/** One call to a running server over gRPC. */
import { createSecureContext } from "node:tls";

import { Client, credentials, Metadata, status as Status } from "@grpc/grpc-js";
import type { ServiceDefinition, ServiceError } from "@grpc/grpc-js";
import { z } from "zod";

import { Wire } from "../../server/grpc/wire.js";
import { plainText } from "../plain-text.js";
import { readAnswer } from "./read-answer.js";
import { requestServer } from "./request-server.js";

/** Where an answer came from, as far as the server says. */
export interface RpcOrigin {
  /** As `near` or `loader`; absent where the answer is not from the cache. */
  readonly source?: string;
  readonly stale: boolean;
  /** How long ago Mojang has said it, in ms. */
  readonly ageMs?: number;
}

/** An answer with where it came from. */
export interface RpcAnswer<Response> {
  readonly message: Response;
  readonly origin: RpcOrigin;
}

/** Of `proto/rpc.proto`, as in `rpc.ProfileService/GetId`. */
export type RpcMethod =
  | `rpc.ProfileService/${"GetId" | "GetNameHistory" | "BulkGetId" | "GetProfile"}`
  | `rpc.ServerService/${"CheckBlacklist" | "Login"}`;

/** Above the 4.5 s that the server gives Mojang by default, several times over: names come in pages. */
const TIMEOUT_MS = 20_000;
/** Of a server's message on a terminal. */
const MAX_MESSAGE_CHARACTERS = 1_000;

/** What makes a call the same as a request of the other commands: straight to that address, once. */
const CHANNEL_OPTIONS = {
  "grpc.enable_http_proxy": 0,
  "grpc.enable_retries": 0,
  "grpc.service_config_disable_resolution": 1,
};

/** Where it is not said which server has answered, if any has. */
const UNCERTAIN: ReadonlySet<Status> = new Set([
  Status.UNAVAILABLE,
  Status.UNIMPLEMENTED,
  Status.DEADLINE_EXCEEDED,
  Status.UNKNOWN,
  Status.INTERNAL,
]);

const statusSchema = z.looseObject({ name: z.literal("Stockpile") });

/**
 * Calls a method of the server.
 * @param request as in `proto/rpc.proto`, which the answer is as well, with every field there.
 * @throws {Error} the server cannot be reached or asked, is none of Stockpile's, or has refused, and says why.
 */
export async function callServer<Response>(
  server: URL,
  method: RpcMethod,
  request: object,
): Promise<RpcAnswer<Response>> {
  const client = new Client(addressOf(server), credentialsFor(server), CHANNEL_OPTIONS);
  try {
    return await send<Response>(client, method, request);
  } catch (error) {
    throw await describeFailure(server, error as ServiceError); // what grpc-js rejects calls with
  } finally {
    client.close();
  }
}

function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

function credentialsFor({ protocol }: URL): ReturnType<typeof credentials.createInsecure> {
  if (protocol === "http:") return credentials.createInsecure();
  // grpc-js names an IP address to TLS, which Node says it will leave out one day: no news for whoever asks.
  process.noDeprecation = true;
  // Trusts whom Node trusts, as the other commands do; grpc-js would go by variables of its own first.
  return credentials.createFromSecureContext(createSecureContext());
}

function send<Response>(client: Client, method: RpcMethod, request: object): Promise<RpcAnswer<Response>> {
  const { path, requestSerialize, responseDeserialize } = definitionOf(method);
  return new Promise((resolve, reject) => {
    let metadata = new Metadata();
    const call = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize as (bytes: Buffer) => Response, // as the file says of the method
      request,
      new Metadata(),
      { deadline: Date.now() + TIMEOUT_MS },
      (error, message) => {
        if (error !== null || message === undefined) reject(error ?? new Error("no message"));
        else resolve({ message, origin: originOf(metadata) });
      },
    );
    call.on("metadata", (received: Metadata) => (metadata = received));
  });
}

function definitionOf(method: RpcMethod): ServiceDefinition[string] {
  const [service = "", name = ""] = method.split("/");
  const definition = new Wire().service(service)[name];
  if (definition === undefined) throw new TypeError(`Expected a method: received ${method}`);
  return definition;
}

function originOf(metadata: Metadata): RpcOrigin {
  const textOf = (name: string): string | undefined => metadata.get(name)[0]?.toString();
  const source = textOf("x-stockpile-source");
  const age = Number(textOf("age") ?? Number.NaN);
  return {
    ...(source === undefined ? {} : { source }),
    stale: textOf("x-stockpile-stale") === "true",
    ...(Number.isNaN(age) ? {} : { ageMs: age * 1000 }),
  };
}

/**
 * grpc-js has one status for no server, for another kind of server and for one that is busy. What the other commands ask
 * tells them apart, in the words that they have for it.
 */
async function describeFailure(server: URL, error: ServiceError): Promise<Error> {
  const details = plainText(error.details ?? error.message, MAX_MESSAGE_CHARACTERS);
  if (!UNCERTAIN.has(error.code)) return new Error(details, { cause: error });
  try {
    readAnswer(await requestServer(server, "/api/status"), statusSchema, "the status");
  } catch (reason) {
    return reason as Error; // what both of them throw
  }
  // A status of the server's own comes with headers; one that grpc-js has made up has none.
  if (Object.keys(error.metadata?.getMap() ?? {}).length > 0) return new Error(details, { cause: error });
  return new Error(`Cannot call the server at ${server.origin} over gRPC: ${details}`, { cause: error });
}
