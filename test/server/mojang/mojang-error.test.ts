import test from "ava";

import { UpstreamError } from "../../../src/mojang/main.js";
import { mojangErrorResponse } from "../../../src/server/mojang/mojang-error.js";

test("what Mojang has found wrong is told in Mojang's own words", (t) => {
  const errorMessage = "Not a valid UUID: x";
  const error = new UpstreamError("sessions", "rejected", "it found the request wrong", {
    status: 400,
    upstreamMessage: errorMessage,
  });
  t.deepEqual(mojangErrorResponse(error, "/session/minecraft/profile/x"), {
    status: 400,
    headers: { "x-stockpile-upstream": "rejected" },
    body: { path: "/session/minecraft/profile/x", error: "CONSTRAINT_VIOLATION", errorMessage },
  });
});
