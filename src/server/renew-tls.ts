import type { Logger } from "pino";

import type { Stockpile } from "../host/main.js";
import type { CertificateWatch } from "./certificate-watch.js";
import type { HttpListener } from "./http-listener.js";
import type { LiveConfig } from "./live-config.js";
import { readTls } from "./read-tls.js";
import type { TlsFiles } from "./tls-files.js";

/** What shows a certificate, and what tells of it. */
export interface TlsUsers {
  readonly stockpile: Stockpile;
  readonly listener: HttpListener;
  readonly certificate: CertificateWatch;
  readonly live: LiveConfig;
  readonly logger: Logger;
}

/**
 * Shows the certificate that is in the files now. That cannot fail but where they have changed since the configuration was
 * checked: it is told then, and the former certificate goes on.
 */
export async function renewTls(files: TlsFiles, users: TlsUsers): Promise<void> {
  const { stockpile, listener, certificate, live, logger } = users;
  try {
    const tls = await readTls(stockpile, files);
    // May throw, and then the former one is still shown.
    certificate.use(tls.cert);
    listener.useTls(tls);
    live.takeTls(files);
  } catch (error) {
    logger.error({ err: error }, "The certificate was not taken: the former one goes on");
  }
}
