import { run } from './cli/program.ts';

// Whoever reads our output may stop before its end (`| head`): then there is nothing more to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

// No process.exit: what was written to a pipe must get there first.
process.exitCode = await run(process.argv.slice(2));
