import type { Logger } from "pino";

import type { CertificateWatch } from "./certificate-watch.js";
import type { HttpListener } from "./http-listener.js";
import type { LiveConfig } from "./live-config.js";
import type { TlsFiles, TlsMaterial } from "./tls-files.js";

/** What shows a certificate, and what tells of it. */
export interface TlsUsers {
  readonly listener: HttpListener;
  readonly certificate: CertificateWatch;
  readonly live: LiveConfig;
  readonly logger: Logger;
}

/**
 * Shows another certificate, where a server has one that is still to have one. Where that cannot be, though it was checked,
 * it is told, and the former one goes on.
 * @param tls what is in the files.
 */
export function renewTls(files: TlsFiles | undefined, tls: TlsMaterial | undefined, users: TlsUsers): void {
  const { listener, certificate, live, logger } = users;
  if (live.current.tls === undefined || files === undefined || tls === undefined) return;
  try {
    // May throw, and then the former one is still shown.
    certificate.use(tls.cert);
    listener.useTls(tls);
    live.takeTls(files);
  } catch (error) {
    logger.error({ err: error }, "The certificate was not taken: the former one goes on");
  }
}
