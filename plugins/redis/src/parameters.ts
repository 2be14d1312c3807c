/** Where a server listens. */
export interface Address {
  /** A name or an IP address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Which servers there are, and who says so. */
export type Target =
  | { readonly mode: "standalone"; readonly address: Address }
  | {
      readonly mode: "sentinel";
      /** What the Sentinels call the master. */
      readonly name: string;
      readonly sentinels: readonly Address[];
      readonly username: string | undefined;
      readonly password: string | undefined;
      /** Whether the Sentinels themselves are spoken to over TLS. */
      readonly tls: boolean;
    }
  | { readonly mode: "cluster"; readonly nodes: readonly Address[] };

/** How TLS is spoken. Files hold PEM. */
export interface TlsParameters {
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
  readonly passphrase: string | undefined;
  /** The name the certificate must be for, where it is not that of the address. */
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
}

/** The settings of one backend. */
export interface RedisParameters {
  readonly target: Target;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** `undefined` for none. */
  readonly tls: TlsParameters | undefined;
  /** What the names of all entries begin with. */
  readonly prefix: string;
  /** Whether changes by others evict the near cache. */
  readonly invalidate: boolean;
  readonly connectTimeoutMs: number;
  readonly answerTimeoutMs: number;
}
