import pino, { type Bindings, type DestinationStream, type Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { redactFields, redactText } from './redact.ts';
import { reference } from './reference.ts';

export type Log = Logger;

/**
 * JSON lines: to stdout for the server, to stderr for commands, whose stdout belongs to their result. Times in UTC
 * (ASVS 16.2.2). Nothing secret gets in by way of a field, a message, an error or a request: see `redact`.
 */
export function createLog(level: Config['logLevel'], to: 'stdout' | 'stderr' | DestinationStream): Log {
  const destination = typeof to === 'string' ? pino.destination(to === 'stdout' ? 1 : 2) : to;
  const log = pino(
    {
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: redactFields,
      },
      // `err` is a plain object by now; the message may be an error's own.
      serializers: { err: (error: unknown) => error, msg: (message: unknown) => redactText(String(message)) },
    },
    destination,
  );
  // pino formats the fields of a line, not those that a child logger carries.
  // oxlint-disable-next-line typescript/unbound-method -- it is called with its own `this`
  const makeChild = log.child;
  log.child = new Proxy(makeChild, {
    apply(target, self: Logger, [bindings, ...options]: [Bindings, ...unknown[]]) {
      return Reflect.apply(target, self, [redactFields(bindings), ...options]);
    },
  });
  return log;
}

/** Logs a fault with a new reference number, and returns that number for the page. */
export function logFault(log: Log, error: unknown, fields: Readonly<Record<string, unknown>> = {}): string {
  const number = reference();
  log.error({ ...fields, reference: number, err: error }, 'fault');
  return number;
}
