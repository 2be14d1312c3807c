import test from "ava";

import { StockpileError } from "../../src/contract/errors.js";
import type { StockpileErrorCode } from "../../src/contract/errors.js";
import { errorResponse } from "../../src/server/error-response.js";
import { HttpError } from "../../src/server/http-error.js";

const CASES: readonly { code: StockpileErrorCode; status: number }[] = [
  { code: "STOCKPILE_KEY_INVALID", status: 400 },
  { code: "STOCKPILE_VALUE_INVALID", status: 400 },
  { code: "STOCKPILE_CONFIG_INVALID", status: 409 },
  { code: "STOCKPILE_VALUE_TOO_LARGE", status: 413 },
  { code: "STOCKPILE_UNSUPPORTED", status: 501 },
  { code: "STOCKPILE_BACKEND_FAILED", status: 502 },
  { code: "STOCKPILE_LOAD_FAILED", status: 502 },
  { code: "STOCKPILE_PROTOCOL", status: 502 },
  { code: "STOCKPILE_BACKEND_TAKEN", status: 503 },
  { code: "STOCKPILE_PLUGIN_LOAD", status: 503 },
  { code: "STOCKPILE_PLUGIN_UNAVAILABLE", status: 503 },
  { code: "STOCKPILE_BACKEND_OVERLOADED", status: 503 },
  { code: "STOCKPILE_CLOSED", status: 503 },
  { code: "STOCKPILE_BACKEND_TIMEOUT", status: 504 },
  { code: "STOCKPILE_DEADLINE", status: 504 },
];

for (const { code, status } of CASES) {
  test(`errorResponse() answers ${code} with ${status}, its code and its message`, (t) => {
    const response = errorResponse(new StockpileError(code, "Cannot do it"));
    t.like(response, { status });
    t.deepEqual(response.body, { error: { code, message: "Cannot do it" } });
    t.is(response.headers["retry-after"], status === 503 ? "1" : undefined);
  });
}

test("errorResponse() keeps status, code and headers of an HttpError", (t) => {
  const response = errorResponse(
    new HttpError(405, "STOCKPILE_METHOD_NOT_ALLOWED", "No", { headers: { allow: "GET" } }),
  );
  t.is(response.status, 405);
  t.is(response.headers["allow"], "GET");
});

test("errorResponse() tells nothing of an error it does not know", (t) => {
  for (const error of [new Error("secret"), "secret", null, undefined]) {
    const response = errorResponse(error);
    t.is(response.status, 500);
    t.notRegex(response.body.error.message, /secret/);
  }
});

test("errorResponse() answers a code of another version of Stockpile with 500", (t) => {
  for (const code of ["STOCKPILE_FUTURE", "constructor"]) {
    t.is(errorResponse(Object.assign(new StockpileError("STOCKPILE_CLOSED", "x"), { code })).status, 500);
  }
});
