/** What may still be asked of Mojang's hosts. */
import type { JSX } from "preact";

import type { Upstream } from "./data/wire.js";
import { countText, spanText } from "./format.js";

export function Upstreams({ upstreams }: { readonly upstreams: readonly Upstream[] }): JSX.Element {
  return (
    <ul class="upstreams">
      {upstreams.map((upstream) => (
        <UpstreamItem key={upstream.host} upstream={upstream} />
      ))}
    </ul>
  );
}

function UpstreamItem({ upstream }: { readonly upstream: Upstream }): JSX.Element {
  const { host, baseUrl, capacity, sent, refused, failed, pausedMs } = upstream;
  // Logins may take more than there is.
  const left = Math.max(0, Math.floor(upstream.left));
  return (
    <li class="card upstream">
      <h3>
        {host} <span class="hint path">{baseUrl}</span>
      </h3>
      <p class="budget">
        <meter
          aria-label={`Budget left for ${host}`}
          min={0}
          max={capacity}
          low={capacity * 0.2}
          optimum={capacity}
          value={left}
        />
        <span>
          <strong>{countText(left)}</strong> of {countText(capacity)} requests left
        </span>
      </p>
      {pausedMs > 0 && (
        <p class="warn-text">Left alone for {spanText(pausedMs)} more, as it refuses or fails</p>
      )}
      <p class="hint">
        {countText(sent)} sent, {countText(failed)} failed, {countText(refused)} not sent, for want of budget
        or while left alone
      </p>
    </li>
  );
}
