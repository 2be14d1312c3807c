/** A state as a word, a picture and a colour. */
import type { JSX } from "preact";

import { Icon } from "./icon.jsx";
import type { IconName } from "./icon.jsx";

/** States of plugins, of breakers and of the whole. */
const LOOKS: Readonly<Record<string, readonly [tone: string, icon: IconName]>> = {
  ok: ["good", "ready"],
  ready: ["good", "ready"],
  closed: ["good", "ready"],
  degraded: ["warn", "degraded"],
  "half-open": ["warn", "degraded"],
  starting: ["warn", "busy"],
  restarting: ["warn", "busy"],
  quarantined: ["bad", "failed"],
  open: ["bad", "failed"],
  down: ["bad", "failed"],
  lost: ["bad", "failed"],
  stopped: ["calm", "stopped"],
};

/** `good`, `warn`, `bad` or `calm`: the class of what is in that state. */
export function toneOf(state: string): string {
  return LOOKS[state]?.[0] ?? "calm";
}

export function StateBadge({ state }: { readonly state: string }): JSX.Element {
  return (
    <span class={`badge ${toneOf(state)}`}>
      <Icon name={LOOKS[state]?.[1] ?? "busy"} />
      {state}
    </span>
  );
}
