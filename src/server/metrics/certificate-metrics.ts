/** What is measured of the certificate of a server that speaks TLS. */
import type { MetricDefinition } from "./metric-definition.js";

const MS_PER_SECOND = 1000;

export const CERTIFICATE_METRICS: readonly MetricDefinition[] = [
  {
    type: "gauge",
    name: "stockpile_tls_certificate_expiry_timestamp_seconds",
    help: "When the first of the certificates that the server shows ends, since the epoch; absent without TLS",
    samples: ({ certificateExpiresAt }) =>
      certificateExpiresAt === undefined ? [] : [{ labels: {}, value: certificateExpiresAt / MS_PER_SECOND }],
  },
];
