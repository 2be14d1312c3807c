/** The services and messages of the folder proto, made ready for grpc-js. */
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadFileDescriptorSetFromObject, loadSync } from "@grpc/proto-loader";
import type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";

/** A file of the folder proto, or one that these import. */
export interface ProtoFile {
  /** As other files import it. */
  readonly name: string;
  readonly package: string;
  /** The names of files it imports. */
  readonly dependencies: readonly string[];
  /** Full names of what it declares: services, their methods, messages and enumerations. */
  readonly symbols: readonly string[];
  /** Its `FileDescriptorProto`. */
  readonly descriptor: Buffer;
}

/** What is read of a file in proto/descriptors.json, which has the form of a `FileDescriptorSet`. */
interface FileDescriptor {
  readonly name: string;
  readonly package: string;
  readonly dependency?: readonly string[];
  readonly messageType?: readonly { readonly name: string }[];
  readonly enumType?: readonly { readonly name: string }[];
  readonly service?: readonly {
    readonly name: string;
    readonly method: readonly { readonly name: string }[];
  }[];
}

/** Seconds since the epoch are far below 2^53. */
const OPTIONS = { longs: Number, enums: Number, defaults: true, oneofs: true } as const;

/** What is spoken. It costs some ms to load, so it is loaded once for each server and not with this module. */
export class Wire {
  readonly files: readonly ProtoFile[];
  readonly definition: PackageDefinition;

  constructor() {
    const url = new URL("../../../../proto/descriptors.json", import.meta.url);
    const set = JSON.parse(readFileSync(url, "utf8")) as { file: FileDescriptor[] }; // a test holds it to the .proto files
    this.definition = loadFileDescriptorSetFromObject(set, OPTIONS);
    // What proto-loader itself says of the files lacks their imports and the full names of types.
    const encode = typeOf(
      loadSync("google/protobuf/descriptor.proto"),
      "google.protobuf.FileDescriptorProto",
    );
    this.files = set.file.map((file) => ({
      name: file.name,
      package: file.package,
      dependencies: file.dependency ?? [],
      symbols: symbolsOf(file),
      descriptor: encode.serialize(file),
    }));
  }

  /**
   * The service of this full name, as `rpc.ProfileService`.
   * @throws {TypeError} there is none.
   */
  service(name: string): ServiceDefinition {
    const definition = this.definition[name];
    if (definition === undefined || "format" in definition)
      throw new TypeError(`Expected a service: received ${name}`);
    const methods = Object.entries(definition).map(([key, method]) => {
      const serialize = method.responseSerialize as (message: object) => Buffer; // of one response or another
      return [
        key,
        { ...method, responseSerialize: (message: object) => serialize(withoutDefaults(message)) },
      ];
    });
    return Object.fromEntries(methods) as ServiceDefinition; // the same methods
  }

  /**
   * The bytes of a message, of which fields may be left out.
   * @param name its full name, as `rpc.ProfileId`.
   * @throws {TypeError} there is none.
   */
  encode(name: string, message: object): Buffer {
    return typeOf(this.definition, name).serialize(withoutDefaults(message));
  }
}

function typeOf(definition: PackageDefinition, name: string): MessageTypeDefinition<object, object> {
  const type = definition[name];
  if (type === undefined || !("serialize" in type) || typeof type.serialize !== "function")
    throw new TypeError(`Expected a message: received ${name}`);
  return type as MessageTypeDefinition<object, object>;
}

/** proto3 does not send a field that is 0 or empty; protobufjs sends whatever is there. Fields of a `oneof` are objects. */
function withoutDefaults(message: object): object {
  const fields = Object.entries(message).filter(([, value]) => value !== "" && value !== 0);
  return Object.fromEntries(fields.map(([name, value]) => [name, valueWithoutDefaults(value)]));
}

function valueWithoutDefaults(value: unknown): unknown {
  // In a list everything counts, and is sent.
  if (Array.isArray(value)) return value.map(valueWithoutDefaults);
  const isMessage = typeof value === "object" && value !== null && !(value instanceof Uint8Array);
  return isMessage ? withoutDefaults(value) : value;
}

function symbolsOf({
  package: scope,
  messageType = [],
  enumType = [],
  service = [],
}: FileDescriptor): string[] {
  const types = [...messageType, ...enumType].map(({ name }) => `${scope}.${name}`);
  const services = service.flatMap(({ name, method }) => [
    `${scope}.${name}`,
    ...method.map((each) => `${scope}.${name}.${each.name}`),
  ]);
  return [...types, ...services];
}
