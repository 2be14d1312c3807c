import test from "ava";
import { toStartError } from "../../src/worker/to-start-error.js";

function denial(properties: object, message = "Access to this API has been restricted"): Error {
  return Object.assign(new Error(message), { code: "ERR_ACCESS_DENIED" }, properties);
}

test("toStartError() says which path would have to be granted, also below the errors of a library", (t) => {
  const cause = denial({ permission: "FileSystemWrite", resource: "/srv/data/lock" });
  const own = Object.assign(new Error("Cannot open the store", { cause }), { code: "ERR_ACCESS_DENIED" });
  const wire = toStartError(own, "file");
  t.is(
    wire.message,
    'expected "/srv/data/lock" among "fsWrite" in plugins.file.permissions: Cannot open the store',
  );
  t.is(wire.cause?.message, cause.message);
});

test("toStartError() makes the path absolute", (t) => {
  const { message } = toStartError(denial({ permission: "FileSystemRead", resource: "data" }), "file");
  t.true(message.startsWith(`expected "${process.cwd()}/data" among "fsRead" in`), message);
});

test("toStartError() says which flag would have to be set", (t) => {
  const messageOf = (permission: string): string =>
    toStartError(denial({ permission, resource: "" }, "denied"), "shelf").message;
  t.is(messageOf("ChildProcess"), 'expected "childProcess": true in plugins.shelf.permissions: denied');
  t.is(messageOf("WorkerThreads"), 'expected "worker": true in plugins.shelf.permissions: denied');
  t.is(messageOf("WASI"), 'expected "wasi": true in plugins.shelf.permissions: denied');
  t.is(messageOf("Net"), 'expected "net": true in plugins.shelf.permissions: denied');
  const addon = Object.assign(new Error("no addons"), { code: "ERR_DLOPEN_DISABLED" });
  t.is(
    toStartError(addon, "shelf").message,
    'expected "addons": true in plugins.shelf.permissions: no addons',
  );
});

test("toStartError() leaves everything else as it is", (t) => {
  const circle = new Error("circle");
  circle.cause = circle;
  const angry = {
    get code() {
      throw new Error("angry");
    },
  };
  for (const thrown of [new Error("plain"), circle, null, "text", denial({}), denial({ permission: "New" })])
    t.notRegex(toStartError(thrown, "shelf").message, /permissions/);
  t.is(toStartError(angry, "shelf").name, "NonError");
});
