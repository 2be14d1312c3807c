/** The whole page. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { CategoryTable } from "./categories/category-table.jsx";
import type { EventStream } from "./data/event-stream.js";
import type { ServerData, ServerDataSource } from "./data/server-data.js";
import { useStore } from "./data/store.js";
import { EventFeed } from "./events/event-feed.jsx";
import { LookUp } from "./lookup/look-up.jsx";
import { PageHeader } from "./page-header.jsx";
import { Announcer } from "./parts/announcer.jsx";
import { PluginCard } from "./plugins/plugin-card.jsx";
import { TokenDialog } from "./token/token-dialog.jsx";
import { Upstreams } from "./upstreams.jsx";

interface AppProps {
  readonly source: ServerDataSource;
  readonly stream: EventStream;
}

export function App({ source, stream }: AppProps): JSX.Element {
  const data = useStore(source.data);
  const connection = useStore(source.connection);
  const isLost = connection.lostSince !== undefined;
  useTitle(isLost ? "no answer" : data?.health.status);
  return (
    <>
      <a class="skip" href="#plugins">
        Skip to the plugins
      </a>
      <Announcer />
      <PageHeader data={data} connection={connection} />
      <main class={isLost ? "lost" : ""}>
        {data === undefined ? (
          <p class="empty">{isLost ? "" : "Asking the server…"}</p>
        ) : (
          <Sections data={data} source={source} stream={stream} />
        )}
      </main>
      <TokenDialog />
    </>
  );
}

interface SectionsProps extends AppProps {
  readonly data: ServerData;
}

function Sections({ data: { health, status, categories }, source, stream }: SectionsProps): JSX.Element {
  const { at, plugins } = useStore(source.curves);
  return (
    <>
      <section id="plugins" aria-labelledby="plugins-title" tabIndex={-1}>
        <h2 id="plugins-title">Plugins</h2>
        <div class="cards">
          {health.plugins.map((plugin) => (
            <PluginCard
              key={plugin.name}
              plugin={plugin}
              now={health.at}
              at={at}
              columns={plugins.get(plugin.name)}
              onChange={() => source.refresh()}
            />
          ))}
        </div>
      </section>
      <section aria-labelledby="categories-title">
        <h2 id="categories-title">Categories</h2>
        <CategoryTable categories={health.categories} />
      </section>
      {status.upstreams !== undefined && (
        <section aria-labelledby="upstreams-title">
          <h2 id="upstreams-title">Upstream budget</h2>
          <Upstreams upstreams={status.upstreams} />
        </section>
      )}
      <div class="beside">
        <section aria-labelledby="events-title">
          <h2 id="events-title">Events</h2>
          <EventFeed stream={stream} />
        </section>
        <section aria-labelledby="look-up-title">
          <h2 id="look-up-title">Look up a key</h2>
          <LookUp categories={categories} />
        </section>
      </div>
    </>
  );
}

/** Says in the title how it does: for a tab that is not looked at. */
function useTitle(status: string | undefined): void {
  useEffect(() => {
    document.title = status === undefined || status === "ok" ? "Stockpile" : `${status} – Stockpile`;
  }, [status]);
}
