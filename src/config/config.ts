/** Everything that the environment decides, checked once at the start (CONTRACT "Configuration"). */
export interface Config {
  readonly production: boolean;
  /** Public URL of the provider; may have a path; no trailing slash in `issuer.href` is implied: use `issuerUrl`. */
  readonly issuer: URL;
  /** The issuer as a string without trailing slash: what every link starts with. */
  readonly issuerUrl: string;
  readonly host: string;
  readonly port: number;
  /** Undefined: embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  readonly smsUrl: string | undefined;
  readonly smsSecret: string | undefined;
  /** 32 bytes each; the first encrypts, all decrypt. */
  readonly masterKeys: readonly Buffer[];
  readonly demo: boolean;
  readonly metricsPort: number | undefined;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly trustProxy: number;
  /** The header in which the trusted proxy hands on the certificate of a client (RFC 8705); undefined: no mTLS. */
  readonly clientCertHeader: string | undefined;
  /** So long the signing keys sign before they are rotated; 0: by command only. */
  readonly keyRotationDays: number;
}
