/** A client of the services in proto/rpc.proto, as an application has it, and one for bytes as they are. */
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { CallOptions, ChannelCredentials, ClientReadableStream, ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";
import type { ExecutionContext } from "ava";
import { fileURLToPath } from "node:url";

const PROTO_FOLDER: string = fileURLToPath(new URL("../../../../proto", import.meta.url));

/** A message as its .proto file has it; the assertions say what is in it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Message = any;

/** A message with what came before it. */
export interface Received {
  readonly message: Message;
  readonly metadata: Metadata;
}

/** The .proto files, read as an application reads them; not as the server does. */
export function loadProto(file: string): PackageDefinition {
  return loadSync(file, {
    includeDirs: [PROTO_FOLDER],
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
  });
}

export class GrpcClient {
  readonly #definition = loadProto("rpc.proto");
  readonly #client: Client;

  /** @param channel by default one without TLS. */
  constructor(
    { host, port }: { readonly host: string; readonly port: number },
    options: object = {},
    channel: ChannelCredentials = credentials.createInsecure(),
  ) {
    this.#client = new Client(`${host}:${port}`, channel, options);
  }

  /** @param method as in `rpc.ProfileService/GetId`. */
  call(method: string, request: object = {}, options: CallOptions = {}): Promise<Received> {
    const { requestSerialize, responseDeserialize } = this.#method(method);
    return this.#send(`/${method}`, requestSerialize, responseDeserialize, request, options);
  }

  /** Sends and answers bytes as they are. */
  async callRaw(method: string, bytes: Uint8Array, options: CallOptions = {}): Promise<Buffer> {
    const identity = (each: Buffer): Buffer => each;
    const { message } = await this.#send(`/${method}`, identity, identity, Buffer.from(bytes), options);
    return message;
  }

  stream(method: string, request: object = {}, options: CallOptions = {}): ClientReadableStream<Message> {
    const { requestSerialize, responseDeserialize } = this.#method(method);
    return this.#client.makeServerStreamRequest(
      `/${method}`,
      requestSerialize,
      responseDeserialize,
      request,
      new Metadata(),
      options,
    );
  }

  /** A message that came as the value of an `Any`. */
  decode(name: string, bytes: Uint8Array): Message {
    const type = this.#definition[name] as MessageTypeDefinition<object, Message>; // as the caller has read in the file
    return type.deserialize(Buffer.from(bytes));
  }

  close(): void {
    this.#client.close();
  }

  #method(method: string): ServiceDefinition[string] {
    const [service = "", name = ""] = method.split("/");
    const found = (this.#definition[service] as ServiceDefinition | undefined)?.[name];
    if (found === undefined) throw new TypeError(`Expected a method of proto/rpc.proto: received ${method}`);
    return found;
  }

  // oxlint-disable-next-line max-params -- as grpc-js has them
  #send<Request>(
    path: string,
    serialize: (request: Request) => Buffer,
    deserialize: (bytes: Buffer) => unknown,
    request: Request,
    options: CallOptions,
  ): Promise<Received> {
    return new Promise((resolve, reject) => {
      let received = new Metadata();
      const call = this.#client.makeUnaryRequest(
        path,
        serialize,
        deserialize,
        request,
        new Metadata(),
        options,
        (error, message) => (error === null ? resolve({ message, metadata: received }) : reject(error)),
      );
      call.on("metadata", (metadata: Metadata) => (received = metadata));
    });
  }
}

/** A client that is closed when the test ends. Options keep grpc-js from sharing a connection between clients. */
export function openClient(
  t: ExecutionContext,
  server: { readonly address: { readonly host: string; readonly port: number } },
  channel?: ChannelCredentials,
): GrpcClient {
  const client = new GrpcClient(server.address, { "grpc.use_local_subchannel_pool": 1 }, channel);
  t.teardown(() => client.close());
  return client;
}

/** A stream of events that has begun, and what came of it. */
export async function openEvents(
  t: ExecutionContext,
  client: GrpcClient,
): Promise<{
  readonly events: Message[];
  readonly ended: Promise<Error & { code: number }>;
  cancel(): void;
}> {
  const call = client.stream("rpc.EventService/StreamEvents");
  const events: Message[] = [];
  t.teardown(() => call.cancel());
  call.on("data", (event: Message) => events.push(event));
  const ended = new Promise<Error & { code: number }>((resolve) => call.on("error", resolve));
  await new Promise((resolve, reject) => call.once("metadata", resolve).once("error", reject));
  return { events, ended, cancel: () => call.cancel() };
}
