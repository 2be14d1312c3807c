/** An entry that was found, and its provenance. */
import type { JSX } from "preact";

import type { FoundEntry } from "../data/wire.js";
import { bytesText, dateText } from "../format.js";
import { StateBadge } from "../parts/state-badge.jsx";
import { Ago } from "../parts/time.jsx";
import { SOURCE_HINTS } from "../categories/gets-by-source.js";

interface EntryProps {
  readonly entry: FoundEntry;
  readonly now: number;
  readonly onRemove: () => void;
}

export function Entry({ entry, now, onRemove }: EntryProps): JSX.Element {
  const { source, stale, storedAt, expiresAt, failures, contentType, bytes } = entry;
  const hint = Object.hasOwn(SOURCE_HINTS, source) ? SOURCE_HINTS[source as keyof typeof SOURCE_HINTS] : "";
  return (
    <>
      <dl class="provenance">
        <dt>Source</dt>
        <dd>
          <strong>{source}</strong> <span class="hint">{hint}</span>
        </dd>
        <dt>Freshness</dt>
        <dd>
          {stale ? <StateBadge state="degraded" /> : "fresh"}
          {stale && " expired, within its grace"}
        </dd>
        <Moment name="Stored" at={storedAt} now={now} absent="when is not known" />
        <Moment name="Expires" at={expiresAt} now={now} absent="never" />
        {contentType !== undefined && (
          <>
            <dt>Type</dt>
            <dd>{contentType}</dd>
          </>
        )}
        {bytes !== undefined && (
          <>
            <dt>Size</dt>
            <dd>{bytesText(bytes)}</dd>
          </>
        )}
        {failures.length > 0 && (
          <>
            <dt>Failed on the way</dt>
            <dd>
              {failures.map(({ code, message }) => (
                <p key={message}>
                  <code>{code}</code> {message}
                </p>
              ))}
            </dd>
          </>
        )}
      </dl>
      <Value entry={entry} />
      <button type="button" onClick={onRemove}>
        Remove entry
      </button>
    </>
  );
}

function Moment({
  name,
  at,
  now,
  absent,
}: {
  readonly name: string;
  readonly at: number | undefined;
  readonly now: number;
  readonly absent: string;
}): JSX.Element {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {at === undefined ? (
          absent
        ) : (
          <>
            {dateText(at)}{" "}
            <span class="hint">
              <Ago at={at} now={now} />
            </span>
          </>
        )}
      </dd>
    </>
  );
}

function Value({ entry }: { readonly entry: FoundEntry }): JSX.Element {
  if (entry.isHidden) return <p class="hint">The value is too large to be shown, or no text and no JSON.</p>;
  return (
    <pre class="text value" role="group" tabIndex={0} aria-label="Value">
      {valueText(entry)}
    </pre>
  );
}

function valueText({ text, base64, json, contentType = "" }: FoundEntry): string {
  if (text !== undefined) return /\bjson\b/.test(contentType) ? prettyJson(text) : text;
  if (base64 !== undefined) return base64;
  return JSON.stringify(json, null, 2);
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // It says that it is JSON, and is none: as it is.
    return text;
  }
}
