/** What pages of other sites have a browser ask for. */
import test from "ava";

import { openServer, withServerSection } from "./open-server.js";
import { errorOf, send } from "./send.js";

const LISTED = "https://panel.example.org";
const config = withServerSection({ cors: [LISTED] });

/** The headers that a browser sends where a page of another site asks. */
function fromElsewhere(mode: string, destination: string): Record<string, string> {
  return { "sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": destination };
}

test("an image, a frame or a script of another site gets nothing", async (t) => {
  const { address } = await openServer(t, { config });
  for (const headers of [
    fromElsewhere("no-cors", "image"),
    fromElsewhere("no-cors", "script"),
    fromElsewhere("navigate", "iframe"),
    { ...fromElsewhere("cors", "empty"), origin: "https://elsewhere.example" },
    { ...fromElsewhere("cors", "empty"), origin: `${LISTED}.elsewhere.example` },
  ]) {
    for (const path of ["/cache/player/x", "/health", "/api/categories/player/entries/x", "/absent"]) {
      const sent = await send(address.url, path, { headers });
      t.is(sent.status, 403);
      t.is(errorOf(sent).code, "STOCKPILE_SITE_REFUSED");
    }
  }
});

test("a listed site, a link that is followed, the server's own pages and programs are served", async (t) => {
  const { address } = await openServer(t, { config });
  for (const headers of [
    { ...fromElsewhere("cors", "empty"), origin: LISTED },
    fromElsewhere("navigate", "document"),
    { "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" },
    { "sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
    {},
  ]) {
    t.is((await send(address.url, "/livez", { headers })).status, 200, JSON.stringify(headers));
  }
});
