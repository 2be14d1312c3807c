/** What the fake can be told to do wrong, as Mojang does at times. */
import type { ServerResponse } from "node:http";

/**
 * - `unavailable`: 503.
 * - `hang`: the request is taken and never answered.
 * - `blocked`: the firewall's 403, in HTML.
 * - `limited`: 429, which says nothing but the path.
 * - `reset`: the connection breaks.
 * - `garbage`: 200, and HTML where JSON belongs.
 * - `misread`: a gateway's 400, in HTML.
 * - `mistaken`: 200, about a player nobody has asked for.
 */
export type FakeFault =
  | "unavailable"
  | "hang"
  | "blocked"
  | "limited"
  | "reset"
  | "garbage"
  | "misread"
  | "mistaken";

const SOMEBODY_ELSE = { id: "e".repeat(32), name: "Dev_Else", properties: [] };

const FIREWALL_PAGE = `<html>
<head><title>403 Forbidden</title></head>
<body>
<center><h1>403 Forbidden</h1></center>
<hr><center>Microsoft-Azure-Application-Gateway/v2</center>
</body>
</html>
`;

/** Answers a request by a fault. */
export function answerFault(fault: FakeFault, path: string, reply: ServerResponse): void {
  switch (fault) {
    case "unavailable":
      reply
        .writeHead(503, { "content-type": "text/html" })
        .end("<html><body>503 Service Unavailable</body></html>");
      return;
    case "hang":
      return;
    case "blocked":
      reply.writeHead(403, { "content-type": "text/html" }).end(FIREWALL_PAGE);
      return;
    case "limited":
      reply
        .writeHead(429, { "content-type": "application/json", "x-minecraft-rate-limit-result": "OVER_LIMIT" })
        .end(JSON.stringify({ path }));
      return;
    case "reset":
      reply.destroy();
      return;
    case "garbage":
      reply.writeHead(200, { "content-type": "text/html" }).end("<html><body>It works!</body></html>");
      return;
    case "misread":
      reply.writeHead(400, { "content-type": "text/html" }).end("<html><body>400 Bad Request</body></html>");
      return;
    case "mistaken":
      reply
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(path.endsWith("/byname") ? [SOMEBODY_ELSE] : SOMEBODY_ELSE));
  }
}
