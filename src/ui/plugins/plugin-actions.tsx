/** What can be done to a plugin by hand. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { PublicPlugin } from "../data/wire.js";
import { withToken } from "../token/with-token.js";

interface PluginActionsProps {
  readonly plugin: PublicPlugin;
  readonly onChange: () => void;
}

type Action = "restart" | "reload" | "start" | "stop";

/** What a button says, and what is said when it is done. */
const WORDS: Readonly<Record<Action, readonly [label: string, done: string, hint: string]>> = {
  restart: ["Restart", "Restarted", "Ends the life it has and begins a new one"],
  reload: ["Reload", "Reloaded", "Reads its module again and replaces its life without a failed call"],
  start: ["Start", "Started", "Begins a life"],
  stop: ["Stop", "Stopped", "Ends its life until somebody starts it"],
};

export function PluginActions({ plugin: { name, state }, onChange }: PluginActionsProps): JSX.Element {
  const [pending, setPending] = useState<Action>();
  const [outcome, setOutcome] = useState<{ readonly text: string; readonly isBad: boolean }>();
  const act = async (action: Action): Promise<void> => {
    if (pending !== undefined) return;
    setPending(action);
    setOutcome(undefined);
    try {
      const answer = await withToken("POST", `api/plugins/${encodeURIComponent(name)}/${action}`);
      if (answer !== undefined) setOutcome({ text: WORDS[action][1], isBad: false });
    } catch (error) {
      setOutcome({ text: error instanceof Error ? error.message : String(error), isBad: true });
    }
    setPending(undefined);
    onChange();
  };
  const actions: Action[] = state === "stopped" ? ["start"] : ["restart", "reload", "stop"];
  return (
    <footer class="actions">
      <div class="buttons">
        {actions.map((action) => (
          <button
            key={placeOf(action)}
            type="button"
            title={WORDS[action][2]}
            // Not disabled: that would take the focus from it.
            aria-disabled={pending !== undefined}
            aria-busy={pending === action}
            onClick={() => void act(action)}
          >
            {WORDS[action][0]}
            <span class="visually-hidden"> {name}</span>
          </button>
        ))}
      </div>
      <p class={outcome?.isBad === true ? "trouble" : "outcome"} role="status">
        {pending === undefined ? outcome?.text : "Under way…"}
      </p>
    </footer>
  );
}

/** "Start" takes the place of "Stop" and is the same element: the focus of who has pressed the one is on the other. */
function placeOf(action: Action): string {
  return action === "start" || action === "stop" ? "start or stop" : action;
}
