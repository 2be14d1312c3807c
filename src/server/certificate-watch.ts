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
/** With all labels that OpenSSL takes, and as for it at the beginning of a line: others are commented out. */
const PEM_CERTIFICATE =
  /^-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----.*?^-----END (?:X509 |TRUSTED )?CERTIFICATE-----/gms;

/**
 * From {@link begin} to {@link close} looks at the certificate when it is taken into use and every day from then on, for a
 * server runs for longer than many a certificate holds, and the program that was to renew it may have failed.
 */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions;
  #expiresAt: number | undefined;
  #isLooking = false;
  #cancel: Cancel | undefined;

  constructor(options: CertificateWatchOptions) {
    this.#options = options;
  }

  /** The soonest end of a certificate in the file, in ms since the epoch; `undefined`: the server shows none. */
  get expiresAt(): number | undefined {
    return this.#expiresAt;
  }

  /**
   * @param cert the PEM file that is shown from now on.
   * @throws {Error} it has a certificate that cannot be read. The former one holds.
   */
  use(cert: Buffer): void {
    const texts = cert.toString("latin1").match(PEM_CERTIFICATE) ?? [cert];
    this.#expiresAt = Math.min(...texts.map((text) => Date.parse(new X509Certificate(text).validTo)));
    if (this.#isLooking) this.#look();
  }

  /** Looks for the first time, at once. Called once, before {@link close}. */
  begin(): void {
    this.#isLooking = true;
    this.#look();
  }

  /** Looks no more, whatever is taken into use later: files may still be read when the server stops. */
  close(): void {
    this.#isLooking = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #look(): void {
    const { clock, logger } = this.#options;
    const expiresAt = this.#expiresAt;
    if (expiresAt === undefined) return;
    if (expiresAt - clock.now() <= EXPIRES_SOON_MS) {
      const validTo = new Date(expiresAt).toISOString();
      logger.warn({ validTo }, "The certificate of the server has expired or is about to");
    }
    this.#cancel?.();
    this.#cancel = clock.schedule(() => this.#look(), DAY_MS);
  }
}
