/** One plugin: what it is, how it does, and what can be done to it. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";

import type { PluginColumns } from "../curves/append-history.js";
import { Curve } from "../curves/curve.jsx";
import { CURVE_GROUPS } from "../curves/figure-groups.js";
import type { PublicPlugin } from "../data/wire.js";
import { bytesText, countText, dateText, spanText } from "../format.js";
import { StateBadge, toneOf } from "../parts/state-badge.jsx";
import { BackendList } from "./backend-list.jsx";
import { Failure } from "./failure.jsx";
import { PluginActions } from "./plugin-actions.jsx";

export interface PluginCardProps {
  readonly plugin: PublicPlugin;
  /** By the server's clock. */
  readonly now: number;
  readonly at: readonly number[];
  readonly columns: PluginColumns | undefined;
  /** Has the server asked anew. */
  readonly onChange: () => void;
}

export function PluginCard({ plugin, now, at, columns, onChange }: PluginCardProps): JSX.Element {
  const { name, state, since, lastFailure } = plugin;
  const titleId = useId();
  return (
    <article class={`card plugin ${toneOf(state)}`} aria-labelledby={titleId} data-plugin={name}>
      <header>
        <h3 id={titleId}>
          <bdi>{name}</bdi>
        </h3>
        <p class="state">
          <StateBadge state={state} />
          <span class="since" title={`Since ${dateText(since)}`}>
            for {spanText(now - since)}
          </span>
        </p>
      </header>
      <About plugin={plugin} />
      <Facts plugin={plugin} />
      <BackendList backends={plugin.backends} />
      <div class="curves">
        {CURVE_GROUPS.map((group) => (
          <Curve
            key={group.title}
            group={group}
            plugin={name}
            at={at}
            columns={columns}
            {...(group.title === "Memory" ? { limit: bytesText(plugin.memory.limitBytes) } : {})}
          />
        ))}
      </div>
      {lastFailure !== undefined && <Failure plugin={name} failure={lastFailure} now={now} />}
      <PluginActions plugin={plugin} onChange={onChange} />
    </article>
  );
}

function About({ plugin }: { readonly plugin: PublicPlugin }): JSX.Element {
  const { metadata, isolation, startup, spare } = plugin;
  const { authors = [], website } = metadata ?? {};
  return (
    <p class="about">
      <span>
        {metadata === undefined ? "Not loaded yet" : <bdi>{`${metadata.name} ${metadata.version}`}</bdi>}
      </span>
      {authors.length > 0 && (
        <span>
          by <bdi>{authors.join(", ")}</bdi>
        </span>
      )}
      {website !== undefined && isWebAddress(website) && (
        <a href={website} target="_blank" rel="noopener noreferrer">
          website<span class="visually-hidden"> of {metadata?.name}, opens in a new tab</span>
        </a>
      )}
      <span>in a {isolation} of its own</span>
      {startup === "required" && <span>required</span>}
      {spare !== undefined && <span>spare life: {spare}</span>}
    </p>
  );
}

/** A plugin says of itself what it likes: nothing that runs becomes a link. */
function isWebAddress(text: string): boolean {
  return URL.canParse(text) && ["http:", "https:"].includes(new URL(text).protocol);
}

function Facts({
  plugin: { lives, restarts, failures, calls, eventLoop, ...plugin },
}: {
  readonly plugin: PublicPlugin;
}): JSX.Element {
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const abandoned = plugin.abandonedThreads + plugin.abandonedProcesses;
  return (
    <dl class="facts">
      <Fact name="Lives" value={countText(lives)} />
      <Fact name="Lives failed" value={countText(failed)} isBad={failed > 0} />
      <Fact name="Restarts" value={countText(restarts)} />
      <Fact name="Succeeded" value={countText(calls.succeeded)} />
      <Fact name="Failed" value={countText(calls.failed)} isBad={calls.failed > 0} />
      <Fact name="Timed out" value={countText(calls.timedOut)} isBad={calls.timedOut > 0} />
      <Fact name="Refused" value={countText(calls.refused)} isBad={calls.refused > 0} />
      <Fact name="In flight" value={countText(calls.inFlight)} />
      {eventLoop.blockedMs >= NOTABLE_BLOCK_MS && (
        <Fact name="Loop blocked" value={`${countText(eventLoop.blockedMs)} ms`} isBad />
      )}
      {abandoned > 0 && <Fact name="Left behind" value={countText(abandoned)} isBad />}
    </dl>
  );
}

/** Below this a loop is merely busy. */
const NOTABLE_BLOCK_MS = 200;

function Fact({
  name,
  value,
  isBad = false,
}: {
  readonly name: string;
  readonly value: string;
  readonly isBad?: boolean;
}): JSX.Element {
  return (
    <div class={isBad ? "bad" : ""}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
