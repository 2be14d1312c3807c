import test from "ava";
import { PluginLoadError } from "../../../src/contract/errors.js";
import { whyDegraded } from "../../../src/host/plugins/why-degraded.js";

const OPEN = {
  pluginName: "redis",
  backendId: "main",
  breakerState: "closed",
  openFailure: undefined,
} as const;

test("Nothing is wrong where all breakers are closed", (t) => {
  t.is(whyDegraded([]), undefined);
  t.is(whyDegraded([OPEN, OPEN]), undefined);
});

test("The first backend that does not serve is named, with why it did not open if it did not", (t) => {
  const broken = { ...OPEN, backendId: "broken", breakerState: "half-open" } as const;
  const shut = { ...OPEN, breakerState: "open", openFailure: new PluginLoadError("It is shut") } as const;
  t.is(
    whyDegraded([OPEN, broken, shut]),
    'The breaker of storage backend "broken" of plugin "redis" is half-open',
  );
  t.is(whyDegraded([OPEN, shut, broken]), "It is shut");
});
