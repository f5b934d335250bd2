import { ConfigError } from './config/config-error.ts';
import { loadConfig } from './config/load.ts';
import { startDemo } from './demo/start-demo.ts';
import { runUntilStopped } from './run.ts';

// `npm start`: Regain with everything to try it out. A script cannot set this portably, hence here.
process.env['REGAIN_DEMO'] ??= '1';

try {
  const config = loadConfig(process.env);
  await runUntilStopped(config, (log) => startDemo(config, log));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
