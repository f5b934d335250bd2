import { resolve } from 'node:path';
import type { Config } from './config.ts';
import { badValue, missing } from './config-error.ts';
import { issuerText } from './issuer.ts';
import { masterKeyIn } from './master-key.ts';
import { read, VARIABLES } from './variables.ts';

/**
 * Reads the configuration from the environment (CONTRACT "Configuration"). Unset and empty mean the default. Throws
 * ConfigError with one line about the first variable that is bad, missing, or refused in production (ASVS 13.4.2).
 * Without REGAIN_MASTER_KEY the key is read from the data directory, and made there the first time.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const values = readAll(env);
  const production = values.NODE_ENV === 'production';
  if (production) refuseInProduction(env, values);

  const port = values.PORT ?? 3000;
  if (values.METRICS_PORT === port) {
    throw badValue('METRICS_PORT', String(port), `another port than PORT, which is ${port}`);
  }
  if (values.CLIENT_CERT_HEADER !== undefined && !values.TRUST_PROXY) {
    throw badValue(
      'CLIENT_CERT_HEADER',
      values.CLIENT_CERT_HEADER,
      'nothing while TRUST_PROXY is 0: only a proxy fills it in',
    );
  }
  const issuer = values.REGAIN_ISSUER ?? new URL(`http://localhost:${port}`);
  const dataDir = resolve(values.REGAIN_DATA_DIR ?? '.regain');
  return {
    production,
    issuer,
    issuerUrl: issuerText(issuer),
    host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port,
    databaseUrl: values.DATABASE_URL,
    dataDir,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM ?? `Regain <no-reply@${issuer.hostname}>`,
    smsUrl: values.SMS_URL,
    smsSecret: values.SMS_SECRET,
    masterKeys: values.REGAIN_MASTER_KEY ?? [masterKeyIn(dataDir)],
    demo: values.REGAIN_DEMO === '1',
    metricsPort: values.METRICS_PORT,
    logLevel: values.LOG_LEVEL ?? 'info',
    trustProxy: values.TRUST_PROXY ?? 0,
    clientCertHeader: values.CLIENT_CERT_HEADER,
    keyRotationDays: values.KEY_ROTATION_DAYS ?? 90,
  };
}

type Values = ReturnType<typeof readAll>;

function readAll(env: NodeJS.ProcessEnv) {
  return {
    NODE_ENV: read(env, 'NODE_ENV', VARIABLES.NODE_ENV),
    REGAIN_ISSUER: read(env, 'REGAIN_ISSUER', VARIABLES.REGAIN_ISSUER),
    PORT: read(env, 'PORT', VARIABLES.PORT),
    HOST: read(env, 'HOST', VARIABLES.HOST),
    DATABASE_URL: read(env, 'DATABASE_URL', VARIABLES.DATABASE_URL),
    REGAIN_DATA_DIR: read(env, 'REGAIN_DATA_DIR', VARIABLES.REGAIN_DATA_DIR),
    SMTP_URL: read(env, 'SMTP_URL', VARIABLES.SMTP_URL),
    MAIL_FROM: read(env, 'MAIL_FROM', VARIABLES.MAIL_FROM),
    SMS_URL: read(env, 'SMS_URL', VARIABLES.SMS_URL),
    SMS_SECRET: read(env, 'SMS_SECRET', VARIABLES.SMS_SECRET),
    REGAIN_MASTER_KEY: read<readonly Buffer[]>(env, 'REGAIN_MASTER_KEY', VARIABLES.REGAIN_MASTER_KEY),
    REGAIN_DEMO: read(env, 'REGAIN_DEMO', VARIABLES.REGAIN_DEMO),
    METRICS_PORT: read(env, 'METRICS_PORT', VARIABLES.METRICS_PORT),
    LOG_LEVEL: read(env, 'LOG_LEVEL', VARIABLES.LOG_LEVEL),
    TRUST_PROXY: read(env, 'TRUST_PROXY', VARIABLES.TRUST_PROXY),
    CLIENT_CERT_HEADER: read(env, 'CLIENT_CERT_HEADER', VARIABLES.CLIENT_CERT_HEADER),
    KEY_ROTATION_DAYS: read(env, 'KEY_ROTATION_DAYS', VARIABLES.KEY_ROTATION_DAYS),
  };
}

/** In production nothing secret may travel in clear, and nothing may rest on what this machine alone keeps. */
function refuseInProduction(env: NodeJS.ProcessEnv, values: Values): void {
  const https = 'the https:// URL of the provider in production';
  if (!values.REGAIN_ISSUER) throw missing('REGAIN_ISSUER', https);
  if (values.REGAIN_ISSUER.protocol !== 'https:') {
    throw badValue('REGAIN_ISSUER', env.REGAIN_ISSUER ?? '', https, VARIABLES.REGAIN_ISSUER.showing);
  }
  for (const name of ['DATABASE_URL', 'SMTP_URL', 'REGAIN_MASTER_KEY'] as const) {
    if (!values[name]) throw missing(name, `${VARIABLES[name].takes}; production needs it`);
  }
  if (values.REGAIN_DEMO === '1') {
    throw badValue('REGAIN_DEMO', '1', 'nothing in production: the demo shows everybody the messages of everybody');
  }
}
