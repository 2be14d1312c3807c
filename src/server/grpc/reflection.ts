/**
 * Server reflection: what a client that has no .proto file is told of the services. The package `@grpc/reflection` would
 * do the same, but hands out descriptors that lack imports and full names, which strict clients refuse.
 */
import { status as Status } from "@grpc/grpc-js";
import type { handleBidiStreamingCall } from "@grpc/grpc-js";

import type { ProtoFile, Wire } from "./wire.js";

/** Both speak the same; clients try the newer one first. */
export const REFLECTION_SERVICES: readonly string[] = [
  "grpc.reflection.v1.ServerReflection",
  "grpc.reflection.v1alpha.ServerReflection",
];

/** As `grpc.reflection.v1.ServerReflectionRequest`; `message_request` names the field that is set. */
export interface ReflectionRequest {
  readonly host: string;
  readonly message_request?: string;
  readonly file_by_filename?: string;
  readonly file_containing_symbol?: string;
  readonly file_containing_extension?: { readonly containing_type: string };
  readonly all_extension_numbers_of_type?: string;
  readonly list_services?: string;
}

/** As `grpc.reflection.v1.ServerReflectionResponse`, of which one field besides the first two is set. */
export interface ReflectionResponse {
  readonly valid_host: string;
  readonly original_request: ReflectionRequest;
  readonly file_descriptor_response?: { readonly file_descriptor_proto: readonly Buffer[] };
  readonly all_extension_numbers_response?: {
    readonly base_type_name: string;
    readonly extension_number: [];
  };
  readonly list_services_response?: { readonly service: readonly { readonly name: string }[] };
  readonly error_response?: { readonly error_code: number; readonly error_message: string };
}

type Answer = Omit<ReflectionResponse, "valid_host" | "original_request">;

/** Answers questions about the services that are served. */
export class Reflection {
  readonly #services: readonly string[];
  readonly #byName: ReadonlyMap<string, ProtoFile>;
  readonly #bySymbol: ReadonlyMap<string, ProtoFile>;

  /** @param services the full names of those that are served, reflection's own included. */
  constructor({ files }: Wire, services: readonly string[]) {
    this.#services = services;
    this.#byName = new Map(files.map((file) => [file.name, file]));
    this.#bySymbol = new Map(files.flatMap((file) => file.symbols.map((symbol) => [symbol, file])));
  }

  answer(request: ReflectionRequest): ReflectionResponse {
    return { valid_host: request.host, original_request: request, ...this.#find(request) };
  }

  #find(request: ReflectionRequest): Answer {
    const { file_by_filename: name = "", file_containing_symbol: symbol = "" } = request;
    switch (request.message_request) {
      case "list_services":
        return { list_services_response: { service: this.#services.map((each) => ({ name: each })) } };
      case "file_by_filename":
        return this.#describe(this.#byName.get(name));
      case "file_containing_symbol":
        return this.#describe(this.#bySymbol.get(symbol));
      case "all_extension_numbers_of_type":
        return this.#listExtensions(request.all_extension_numbers_of_type ?? "");
      case "file_containing_extension":
        return notFound();
      default:
        return refuse(Status.INVALID_ARGUMENT, "Cannot answer: expected a question");
    }
  }

  /** The file, then all it imports: a client need not ask for these one by one. */
  #describe(file: ProtoFile | undefined): Answer {
    if (file === undefined) return notFound();
    const files = new Set([file]);
    for (const { dependencies } of files) {
      for (const name of dependencies) {
        const dependency = this.#byName.get(name);
        if (dependency !== undefined) files.add(dependency);
      }
    }
    return {
      file_descriptor_response: { file_descriptor_proto: [...files].map(({ descriptor }) => descriptor) },
    };
  }

  /** In this version of the language there are none. */
  #listExtensions(name: string): Answer {
    if (!this.#bySymbol.has(name)) return notFound();
    return { all_extension_numbers_response: { base_type_name: name, extension_number: [] } };
  }
}

/** Answers one question after the other, each once the answer before was taken. */
export function serveReflection(
  reflection: Reflection,
): handleBidiStreamingCall<ReflectionRequest, ReflectionResponse> {
  return (call) => {
    call.on("data", (request: ReflectionRequest) => {
      if (!call.write(reflection.answer(request))) call.pause();
    });
    call.on("drain", () => call.resume());
    call.on("end", () => call.end());
  };
}

function notFound(): Answer {
  return refuse(Status.NOT_FOUND, "Cannot find what was asked for");
}

function refuse(code: Status, message: string): Answer {
  return { error_response: { error_code: code, error_message: message } };
}
