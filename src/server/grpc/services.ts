/** Puts the services together, with a handler for each of their methods. */
import { status as Status } from "@grpc/grpc-js";
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

import type { Clock, Stockpile } from "../../host/main.js";
import type { MojangCache } from "../../mojang/main.js";
import type { EventService } from "./event-service.js";
import { GrpcError } from "./grpc-error.js";
import { ProfileService } from "./profile-service.js";
import { Reflection, REFLECTION_SERVICES, serveReflection } from "./reflection.js";
import { ServerService } from "./server-service.js";
import { SystemService } from "./system-service.js";
import { unary } from "./unary.js";
import type { Answerer, UnaryOptions } from "./unary.js";
import type { Wire } from "./wire.js";

/** A service with its handlers, as grpc-js takes it. */
export interface Service {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

export interface ServicesOptions extends UnaryOptions {
  readonly wire: Wire;
  readonly stockpile: Stockpile;
  readonly clock: Clock;
  /** `undefined`: there is no domain to serve; its services say so. */
  readonly domain: { readonly mojang: MojangCache; readonly events: EventService } | undefined;
}

const DOMAIN_SERVICES: readonly string[] = ["rpc.EventService", "rpc.ProfileService", "rpc.ServerService"];

/** All services, reflection included. */
export function createServices(options: ServicesOptions): Service[] {
  const { wire, stockpile, domain } = options;
  const system = new SystemService(stockpile);
  const reflection = new Reflection(wire, [...DOMAIN_SERVICES, "rpc.SystemService", ...REFLECTION_SERVICES]);
  return [
    ...(domain === undefined
      ? DOMAIN_SERVICES.map((name) => absent(wire.service(name), options))
      : domainServices(domain, options)),
    {
      definition: wire.service("rpc.SystemService"),
      handlers: unaries(
        { GetStatus: () => system.getStatus(), GetPlugins: () => system.getPlugins() },
        options,
      ),
    },
    ...REFLECTION_SERVICES.map((name) => ({
      definition: wire.service(name),
      handlers: { ServerReflectionInfo: serveReflection(reflection) },
    })),
  ];
}

function domainServices(
  { mojang, events }: NonNullable<ServicesOptions["domain"]>,
  options: ServicesOptions,
): Service[] {
  const { wire, clock } = options;
  const profiles = new ProfileService({ mojang, clock, wire });
  const servers = new ServerService(mojang);
  return [
    {
      definition: asBytes(wire.service("rpc.EventService"), ["StreamEvents"]),
      handlers: { StreamEvents: (call: Parameters<EventService["stream"]>[0]) => events.stream(call) },
    },
    {
      definition: asBytes(wire.service("rpc.ProfileService"), ["BulkGetId"]),
      handlers: unaries(
        {
          GetId: (request) => profiles.getId(request),
          GetNameHistory: (request) => profiles.getNameHistory(request),
          BulkGetId: (request) => profiles.bulkGetId(request),
          GetProfile: (request) => profiles.getProfile(request),
        },
        options,
      ),
    },
    {
      definition: wire.service("rpc.ServerService"),
      handlers: unaries(
        {
          GetBlacklist: () => servers.getBlacklist(),
          CheckBlacklist: (request) => servers.checkBlacklist(request),
          Login: (request) => servers.login(request),
        },
        options,
      ),
    },
  ];
}

/** @param answers by method. Each takes the request that its method's definition decodes, which no type can say. */
function unaries(
  answers: Readonly<Record<string, Answerer<never, object>>>,
  options: UnaryOptions,
): UntypedServiceImplementation {
  const handlers = Object.entries(answers).map(([name, answer]) => [name, unary(answer, options)]);
  return Object.fromEntries(handlers) as UntypedServiceImplementation; // by name, each of another type
}

/** @param inBytes methods whose answers are bytes already. */
function asBytes(definition: ServiceDefinition, inBytes: readonly string[]): ServiceDefinition {
  const methods = Object.entries(definition).map(([name, method]) => [
    name,
    inBytes.includes(name) ? { ...method, responseSerialize: (bytes: Buffer) => bytes } : method,
  ]);
  return Object.fromEntries(methods) as ServiceDefinition; // the same methods
}

/** What is served where there is no domain. */
function absent(definition: ServiceDefinition, options: UnaryOptions): Service {
  const methods = Object.entries(definition).map(
    ([name, method]) => [name, { ...method, responseStream: false }] as const, // a refusal is one answer
  );
  const answers = Object.fromEntries(methods.map(([name]) => [name, refuseAbsent]));
  return { definition: Object.fromEntries(methods), handlers: unaries(answers, options) };
}

function refuseAbsent(): never {
  throw new GrpcError(
    Status.UNIMPLEMENTED,
    'Cannot serve call: expected a section "mojang" in the configuration of this server',
  );
}
