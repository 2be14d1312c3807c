/** Says to screen readers what has just happened, and nothing to the eye. */
import type { JSX } from "preact";

import { Store, useStore } from "../data/store.js";

const announced: Store<string> = new Store("");

/** Has it said when there is time for it; of several in a row the last one. */
export function announce(text: string): void {
  announced.set(text);
}

export function Announcer(): JSX.Element {
  return (
    <p class="visually-hidden" role="status">
      {useStore(announced)}
    </p>
  );
}
