/** What is measured of each of Mojang's hosts. */
import type { HostBudget } from "../../mojang/main.js";
import type { MetricDefinition } from "./metric-definition.js";

const MS_PER_SECOND = 1000;

export const UPSTREAM_METRICS: readonly MetricDefinition[] = [
  ofHost(
    "gauge",
    "budget_capacity",
    "Requests that can be sent to a host at once",
    ({ capacity }) => capacity,
  ),
  ofHost(
    "gauge",
    "budget_left",
    "Of them, how many are left; below 0 where logins have taken more",
    ({ left }) => left,
  ),
  ofHost(
    "counter",
    "requests_total",
    "Requests sent to a host, attempts counted one by one",
    ({ sent }) => sent,
  ),
  ofHost("counter", "failures_total", "Attempts that have failed", ({ failed }) => failed),
  ofHost(
    "counter",
    "refusals_total",
    "Requests that were not sent, for want of budget or during a pause",
    ({ refused }) => refused,
  ),
  ofHost(
    "gauge",
    "pause_seconds",
    "In how long a host is asked again; 0: it is not left alone",
    ({ pausedMs }) => pausedMs / MS_PER_SECOND,
  ),
];

// oxlint-disable-next-line max-params -- A row of the table above.
function ofHost(
  type: MetricDefinition["type"],
  name: string,
  help: string,
  read: (budget: HostBudget) => number,
): MetricDefinition {
  return {
    type,
    name: `stockpile_upstream_${name}`,
    help,
    labelNames: ["host"],
    samples: ({ upstreams }) =>
      upstreams.map((budget) => ({ labels: { host: budget.host }, value: read(budget) })),
  };
}
