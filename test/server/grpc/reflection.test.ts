import { Client, credentials } from "@grpc/grpc-js";
import type { ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";
import test from "ava";
import type { ExecutionContext } from "ava";

import { Wire } from "../../../src/server/grpc/wire.js";
import type { RunningServer } from "../../../src/server/main.js";
import { openServer } from "../open-server.js";
import { loadProto } from "./grpc-client.js";
import type { Message } from "./grpc-client.js";

const VERSIONS = ["v1", "v1alpha"];

/** Asks each question on one stream, and answers the answers in their order. */
function ask(
  t: ExecutionContext,
  { address }: RunningServer,
  version: string,
  questions: readonly object[],
): Promise<Message[]> {
  const definition = loadProto(`grpc/reflection/${version}/reflection.proto`);
  const service = definition[`grpc.reflection.${version}.ServerReflection`] as ServiceDefinition;
  const method = service["ServerReflectionInfo"];
  if (method === undefined) throw new TypeError("Expected the method");
  const client = new Client(`${address.host}:${address.port}`, credentials.createInsecure());
  t.teardown(() => client.close());
  const call = client.makeBidiStreamRequest(method.path, method.requestSerialize, method.responseDeserialize);
  const answers: Message[] = [];
  for (const question of questions) call.write(question);
  call.end();
  return new Promise((resolve, reject) => {
    call.on("data", (answer: Message) => answers.push(answer));
    call.on("error", reject);
    call.on("end", () => resolve(answers));
  });
}

const descriptors = loadSync("google/protobuf/descriptor.proto", { enums: String, defaults: true });

function decodeFiles(answer: Message): Message[] {
  const type = descriptors["google.protobuf.FileDescriptorProto"] as MessageTypeDefinition<object, Message>;
  return answer.file_descriptor_response.file_descriptor_proto.map((bytes: Buffer) =>
    type.deserialize(bytes),
  );
}

for (const version of VERSIONS) {
  test.serial(`reflection ${version} lists the services, itself included`, async (t) => {
    const [answer] = await ask(t, await openServer(t), version, [{ list_services: "*" }]);
    t.deepEqual(
      answer.list_services_response.service.map(({ name }: { name: string }) => name),
      [
        "rpc.EventService",
        "rpc.ProfileService",
        "rpc.ServerService",
        "rpc.SystemService",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
      ],
    );
  });

  test.serial(
    `reflection ${version} describes each service with all its file imports, by names that are whole`,
    async (t) => {
      const server = await openServer(t);
      const [list] = await ask(t, server, version, [{ list_services: "" }]);
      const names: string[] = list.list_services_response.service.map(({ name }: { name: string }) => name);
      const answers = await ask(
        t,
        server,
        version,
        names.map((name) => ({ file_containing_symbol: name })),
      );
      for (const [index, answer] of answers.entries()) {
        const files = decodeFiles(answer);
        const declared = new Set(
          files.flatMap((file) =>
            [...file.messageType, ...file.enumType].map(
              ({ name }: { name: string }) => `.${file.package}.${name}`,
            ),
          ),
        );
        const used = files.flatMap((file) => [
          ...file.messageType.flatMap(({ field }: Message) => field.map(({ typeName }: Message) => typeName)),
          ...file.service.flatMap(({ method }: Message) =>
            method.flatMap(({ inputType, outputType }: Message) => [inputType, outputType]),
          ),
        ]);
        for (const type of used.filter((name) => name !== ""))
          t.true(declared.has(type), `${names[index]}: ${type}`);
        const imports = files.flatMap(({ dependency }) => dependency);
        t.true(imports.every((name: string) => files.some((file) => file.name === name)));
        t.true(files[0].service.some(({ name }: Message) => names[index] === `${files[0].package}.${name}`));
      }
    },
  );

  test.serial(`reflection ${version} finds methods, messages and files, and nothing else`, async (t) => {
    const answers = await ask(t, await openServer(t), version, [
      { file_containing_symbol: "rpc.ProfileService.GetId" },
      { file_containing_symbol: "rpc.EventType" },
      { file_by_filename: "google/protobuf/any.proto" },
      { all_extension_numbers_of_type: "rpc.Profile" },
      { file_containing_symbol: "constructor" },
      { file_by_filename: "__proto__" },
      { file_by_filename: "../package.json" },
      { file_containing_extension: { containing_type: "rpc.Profile", extension_number: 1 } },
      { all_extension_numbers_of_type: "rpc.Nothing" },
      {},
    ]);
    t.deepEqual(
      answers.map((answer) => answer.error_response?.error_code ?? 0),
      [0, 0, 0, 0, 5, 5, 5, 5, 5, 3],
    );
    t.deepEqual(
      answers.slice(0, 3).map((answer) => decodeFiles(answer)[0].name),
      ["rpc.proto", "rpc.proto", "google/protobuf/any.proto"],
    );
    t.is(answers[3].all_extension_numbers_response.base_type_name, "rpc.Profile");
  });
}

/** Names, numbers and types of all fields, and the paths of all methods. */
function shapeOf(definition: PackageDefinition): unknown {
  const entries = Object.entries(definition).map(([name, each]) => {
    if (!("format" in each))
      return [name, Object.values(each).map(({ path, responseStream }) => [path, responseStream])];
    const { field = [], value = [] } = each.type as Message;
    return [
      name,
      field.map((one: Message) => [
        one.name,
        one.number,
        one.type,
        one.label,
        one.typeName?.split(".").at(-1),
      ]),
      value.map((one: Message) => [one.name, one.number]),
    ];
  });
  return entries.toSorted(([a], [b]) => String(a).localeCompare(String(b)));
}

test("proto/descriptors.json says what the .proto files say: see CONTRIBUTING.md for how it is made", (t) => {
  const files = ["rpc.proto", ...VERSIONS.map((version) => `grpc/reflection/${version}/reflection.proto`)];
  const definition: PackageDefinition = Object.assign({}, ...files.map((file) => loadProto(file)));
  t.deepEqual(shapeOf(new Wire().definition), shapeOf(definition));
});
