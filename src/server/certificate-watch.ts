/** How long the certificate of a server still holds. */
import { X509Certificate } from "node:crypto";
import type { Logger } from "pino";

import type { Cancel, Clock } from "../host/main.js";

export interface CertificateWatchOptions {
  readonly clock: Clock;
  readonly logger: Logger;
}

const DAY_MS = 86_400_000;
/** From here on somebody has to act, and has the time to. */
const EXPIRES_SOON_MS = 14 * DAY_MS;
/** With all labels that OpenSSL takes. */
const PEM_CERTIFICATE =
  /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----.*?-----END (?:X509 |TRUSTED )?CERTIFICATE-----/gs;

/**
 * Looks at the certificate when it is taken into use and every day from then on, for a server runs for longer than many a
 * certificate holds, and the program that was to renew it may have failed.
 */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions;
  #expiresAt: number | undefined;
  #cancel: Cancel | undefined;

  constructor(options: CertificateWatchOptions) {
    this.#options = options;
  }

  /** When the first certificate of the file ends, in ms since the epoch; `undefined`: the server shows none. */
  get expiresAt(): number | undefined {
    return this.#expiresAt;
  }

  /** @param cert the PEM file that is shown from now on. */
  use(cert: Buffer): void {
    const texts = cert.toString("latin1").match(PEM_CERTIFICATE) ?? [cert];
    this.#expiresAt = Math.min(...texts.map((text) => Date.parse(new X509Certificate(text).validTo)));
    this.close();
    this.#look(this.#expiresAt);
  }

  /** Looks no more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(expiresAt: number): void {
    const { clock, logger } = this.#options;
    if (expiresAt - clock.now() <= EXPIRES_SOON_MS) {
      const validTo = new Date(expiresAt).toISOString();
      logger.warn({ validTo }, "The certificate of the server has expired or is about to");
    }
    this.#cancel = clock.schedule(() => this.#look(expiresAt), DAY_MS);
  }
}
