/** Begins the page. */
import { render } from "preact";

import { App } from "./app.jsx";
import { EventStream } from "./data/event-stream.js";
import type { FeedItem } from "./data/event-stream.js";
import { ServerDataSource } from "./data/server-data.js";
import { eventText } from "./events/event-text.js";
import { announce } from "./parts/announcer.jsx";
import { beginTheme } from "./theme.js";

/** Events after which the figures are others. */
const CHANGING: readonly FeedItem["type"][] = ["plugin", "reload", "queue", "missed"];

const source = new ServerDataSource();
const stream = new EventStream((item) => {
  if (!CHANGING.includes(item.type)) return;
  source.refresh();
  const { subject, text } = eventText(item);
  announce(`${subject}: ${text}`);
});

beginTheme();
const root = document.querySelector("#app");
if (root !== null) render(<App source={source} stream={stream} />, root);
source.begin();
stream.begin();
