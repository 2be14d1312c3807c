/** Every category in use, and how well it caches. */
import type { JSX } from "preact";

import type { CategoryHealth } from "../data/wire.js";
import { bytesText, countText, msText, NONE, percentText } from "../format.js";
import { hitRate, p99MsOf, SOURCE_HINTS, SOURCES, totalGets } from "./gets-by-source.js";

export function CategoryTable({
  categories,
}: {
  readonly categories: readonly CategoryHealth[];
}): JSX.Element {
  if (categories.length === 0) return <p class="empty">No category has been used yet.</p>;
  return (
    // The roles are said because a phone shows rows as blocks, and browsers then forget that it is a table.
    <table class="card categories" role="table">
      <caption>
        Since each category was first used; p99 of the last minute. A hit is a get that asked nobody but the
        cache.
      </caption>
      <thead role="rowgroup">
        <tr role="row">
          {["Category", "Stored by", "Gets", "Hit rate", "By source", "Loads", "Near cache"].map((title) => (
            <th key={title} scope="col" role="columnheader">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {categories.map((category) => (
          <CategoryRow key={category.name} category={category} />
        ))}
      </tbody>
    </table>
  );
}

function CategoryRow({ category }: { readonly category: CategoryHealth }): JSX.Element {
  const { name, plugin, backend, gets, getTimes, loads, near, undecodable } = category;
  const rate = hitRate(gets);
  return (
    <tr role="row">
      <th scope="row" role="rowheader">
        {name}
      </th>
      <td role="cell" data-label="Stored by">
        <bdi>{plugin}</bdi>
        {backend !== undefined && backend !== plugin && <span class="hint"> / {backend}</span>}
      </td>
      <td role="cell" data-label="Gets" class="number">
        {countText(totalGets(gets))}
      </td>
      <td role="cell" data-label="Hit rate" class="number">
        {rate === undefined ? NONE : percentText(rate)}
      </td>
      <td role="cell" data-label="By source" class={rate === undefined ? "sources unused" : "sources"}>
        <SourceBar gets={gets} getTimes={getTimes} />
      </td>
      <td role="cell" data-label="Loads" class="number">
        {countText(loads.succeeded)}
        {loads.failed > 0 && <span class="bad-text"> + {countText(loads.failed)} failed</span>}
        {loads.p99Ms !== undefined && <span class="hint"> p99 {msText(loads.p99Ms)}</span>}
      </td>
      <td role="cell" data-label="Near cache" class="number">
        {countText(near.entries)} <span class="hint">{bytesText(near.bytes)}</span>
        {undecodable > 0 && <span class="bad-text"> {countText(undecodable)} undecodable</span>}
      </td>
    </tr>
  );
}

/** Shares as a bar, and beside it as numbers, with how long those took that had to wait. */
function SourceBar({ gets, getTimes }: Pick<CategoryHealth, "gets" | "getTimes">): JSX.Element {
  const used = SOURCES.filter((source) => gets[source] > 0);
  if (used.length === 0) return <span class="hint">{NONE}</span>;
  return (
    <>
      <div class="bar" aria-hidden="true">
        {used.map((source) => (
          <span key={source} class={`source-${source}`} style={{ flexGrow: gets[source] }} />
        ))}
      </div>
      <ul class="legend">
        {used.map((source) => {
          const p99Ms = p99MsOf(getTimes, source);
          return (
            <li key={source} title={SOURCE_HINTS[source]}>
              <span class={`swatch source-${source}`} aria-hidden="true" />
              {source} {countText(gets[source])}
              {p99Ms !== undefined && `, p99 ${msText(p99Ms)}`}
            </li>
          );
        })}
      </ul>
    </>
  );
}
