import type { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/load.ts';
import { type Answer, answering } from './answer.ts';
import { type Finding, ok, wrong } from './finding.ts';

/** `doctor`: looks at everything that Regain rests on and says what to mend; sends no message to anybody. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      'check configuration, proxy, database, keys, clock, SMTP, SMS gateway and issuer, and say what to mend',
    )
    .action(answering(examine));
}

async function examine(): Promise<Answer> {
  const config = readConfig();
  const findings = config instanceof ConfigError ? [wrong('configuration', config.message)] : await examineAll(config);
  const bad = findings.filter((finding) => finding.state === 'wrong');
  const width = Math.max(...findings.map((finding) => finding.check.length));
  return {
    json: { ok: bad.length === 0, checks: findings },
    text: findings.map(({ check, state, says }) => `${state.padEnd(5)}  ${check.padEnd(width)}  ${says}`),
    ...(bad.length === 0 ? {} : { complaint: `to mend: ${bad.map((finding) => finding.check).join(', ')}` }),
  };
}

async function examineAll(config: Config): Promise<Finding[]> {
  const { checkDatabase } = await import('./doctor-database.ts');
  const { checkIssuer, checkMail, checkProxy, checkSms } = await import('./doctor-network.ts');
  const mode = config.production ? 'production' : 'development';
  const parts = await Promise.all([
    checkDatabase(config),
    checkMail(config).then((finding) => [finding]),
    checkSms(config).then((finding) => [finding]),
    checkIssuer(config).then((finding) => [finding]),
  ]);
  return [ok('configuration', mode), checkProxy(config), ...parts.flat()];
}

function readConfig(): Config | ConfigError {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
