/** A point in time, by how far off it is. */
import type { JSX } from "preact";

import { dateText, spanText } from "../format.js";

interface AgoProps {
  readonly at: number;
  /** By the server's clock, ms since the epoch. */
  readonly now: number;
}

export function Ago({ at, now }: AgoProps): JSX.Element {
  const isPast = at <= now;
  return (
    <time dateTime={new Date(at).toISOString()} title={dateText(at)}>
      {isPast ? `${spanText(now - at)} ago` : `in ${spanText(at - now)}`}
    </time>
  );
}
