import { status as Status } from "@grpc/grpc-js";
import test from "ava";

import { BackendTimeoutError, ClosedError, LoadError } from "../../../src/host/main.js";
import { UpstreamError } from "../../../src/mojang/main.js";
import type { UpstreamFailure } from "../../../src/mojang/main.js";
import { GrpcError } from "../../../src/server/grpc/grpc-error.js";
import { statusOf } from "../../../src/server/grpc/status-of.js";

test("an error of the call's own keeps code and message", (t) => {
  t.deepEqual(statusOf(new GrpcError(Status.INVALID_ARGUMENT, "Cannot use id")), {
    code: Status.INVALID_ARGUMENT,
    details: "Cannot use id",
  });
});

const UPSTREAM: readonly (readonly [UpstreamFailure, Status])[] = [
  ["budget", Status.RESOURCE_EXHAUSTED],
  ["limited", Status.RESOURCE_EXHAUSTED],
  ["timeout", Status.DEADLINE_EXCEEDED],
  ["rejected", Status.INVALID_ARGUMENT],
  ["blocked", Status.UNAVAILABLE],
  ["unreachable", Status.UNAVAILABLE],
];

for (const [failure, code] of UPSTREAM) {
  test(`Mojang's failure "${failure}" is ${Status[code]}, as it came and as the cause of a load that failed`, (t) => {
    const upstream = new UpstreamError("services", failure, "it did not answer");
    t.is(statusOf(upstream).code, code);
    t.is(statusOf(new LoadError("Cannot load", { cause: upstream })).code, code);
    t.regex(statusOf(upstream).details, /it did not answer/);
  });
}

test("an error of the cache has the status that says whether to ask again", (t) => {
  t.is(statusOf(new BackendTimeoutError("Cannot get")).code, Status.DEADLINE_EXCEEDED);
  t.is(statusOf(new ClosedError("Cannot get")).code, Status.UNAVAILABLE);
  t.is(statusOf(new LoadError("Cannot load")).code, Status.UNAVAILABLE);
});

test("what is no error of ours is INTERNAL and tells nothing", (t) => {
  for (const error of [
    new Error("secret"),
    "secret",
    undefined,
    null,
    { code: Status.OK, message: "secret" },
  ]) {
    const { code, details } = statusOf(error);
    t.is(code, Status.INTERNAL);
    t.notRegex(details, /secret/);
  }
});

test("details are well-formed text of bounded length: grpc-js throws for any other", (t) => {
  const { details } = statusOf(new GrpcError(Status.INVALID_ARGUMENT, `\ud800 ${"x".repeat(5_000)}\udc00`));
  t.notThrows(() => encodeURI(details));
  t.is(details.length, 1_000);
  t.notThrows(() => encodeURI(statusOf(new GrpcError(Status.INTERNAL, `${"x".repeat(999)}💥`)).details));
});
