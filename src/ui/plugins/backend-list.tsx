/** A plugin's backends, each with its breaker and what waits for it. */
import type { JSX } from "preact";

import type { PublicPlugin } from "../data/wire.js";
import { countText } from "../format.js";
import { StateBadge } from "../parts/state-badge.jsx";

type Backend = PublicPlugin["backends"][number];

export function BackendList({ backends }: { readonly backends: readonly Backend[] }): JSX.Element | null {
  if (backends.length === 0) return null;
  return (
    <ul class="backends" aria-label="Backends">
      {backends.map((backend) => (
        <BackendItem key={`${backend.id} ${backend.parametersKey}`} backend={backend} />
      ))}
    </ul>
  );
}

function BackendItem({ backend }: { readonly backend: Backend }): JSX.Element {
  const { id, breaker, queuedWrites, openFailure } = backend;
  return (
    <li>
      <span class="backend-name">
        backend <bdi>{id === "" ? "(not known yet)" : id}</bdi>
      </span>
      <span>
        breaker <StateBadge state={breaker} />
      </span>
      {queuedWrites > 0 && (
        <span class="warn-text">
          {countText(queuedWrites)} {queuedWrites === 1 ? "write waits" : "writes wait"}
        </span>
      )}
      {openFailure !== undefined && <p class="open-failure">{openFailure}</p>}
    </li>
  );
}
