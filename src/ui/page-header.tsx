/** How the whole does, and what holds for the whole page. */
import type { JSX } from "preact";

import type { Connection, ServerData } from "./data/server-data.js";
import { useStore } from "./data/store.js";
import { clockText, spanText } from "./format.js";
import { Icon } from "./parts/icon.jsx";
import { StateBadge } from "./parts/state-badge.jsx";
import { theme, THEMES } from "./theme.js";
import type { Theme } from "./theme.js";
import { askForToken, forgetToken, hasToken } from "./token/token-dialog.jsx";

interface PageHeaderProps {
  readonly data: ServerData | undefined;
  readonly connection: Connection;
}

export function PageHeader({ data, connection }: PageHeaderProps): JSX.Element {
  return (
    <header class="page-header">
      <div class="title">
        <Mark />
        <h1>Stockpile</h1>
        {data !== undefined && (
          <StateBadge state={connection.lostSince === undefined ? data.health.status : "lost"} />
        )}
      </div>
      {data !== undefined && <About data={data} />}
      <div class="tools">
        <ThemeChoice />
        <TokenButton />
      </div>
      {connection.lostSince !== undefined && (
        <p class="banner" role="alert">
          {connection.reason}, since {clockText(connection.lostSince)}. What is shown is from before; it is
          tried again every second.
        </p>
      )}
    </header>
  );
}

function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true">
      <path class="mark-1" d="M3 17.5l9 4.5 9-4.5-9-4.5z" />
      <path class="mark-2" d="M3 12l9 4.5 9-4.5-9-4.5z" />
      <path class="mark-3" d="M3 6.5L12 11l9-4.5L12 2z" />
    </svg>
  );
}

function About({ data: { status, health } }: { readonly data: ServerData }): JSX.Element {
  const { version, node, startedAt, eventListeners } = status;
  return (
    <p class="server">
      <span>version {version}</span>
      <span>Node {node.replace(/^v/, "")}</span>
      <span>up {spanText(health.at - startedAt)}</span>
      <span>
        {eventListeners} {eventListeners === 1 ? "listener" : "listeners"}
      </span>
    </p>
  );
}

const THEME_WORDS: Readonly<Record<Theme, string>> = { auto: "System", light: "Light", dark: "Dark" };

function ThemeChoice(): JSX.Element {
  const chosen = useStore(theme);
  return (
    <label class="theme">
      <Icon name="theme" />
      <span class="visually-hidden">Colours</span>
      <select value={chosen} onChange={({ currentTarget }) => theme.set(currentTarget.value as Theme)}>
        {THEMES.map((each) => (
          <option key={each} value={each}>
            {THEME_WORDS[each]}
          </option>
        ))}
      </select>
    </label>
  );
}

function TokenButton(): JSX.Element {
  const isGiven = useStore(hasToken);
  return (
    <button type="button" class={isGiven ? "has-token" : ""} onClick={isGiven ? forgetToken : giveToken}>
      <Icon name="key" />
      {isGiven ? "Forget token" : "Give token"}
    </button>
  );
}

function giveToken(): void {
  void askForToken("Restarting, stopping and removing need it.");
}
