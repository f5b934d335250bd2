import { createTransport } from 'nodemailer';
import addressparser from 'nodemailer/lib/addressparser';
import { parseEmail } from '../domain/email-address.ts';
import { type EmailDriver, type Handover, TemporaryFailure } from './driver.ts';
import { plainLine } from './plain.ts';
import type { RenderedEmail } from './render-message.ts';

/** A try ends after this (milliseconds), well before the job that made it is given to somebody else. */
const PATIENCE = 20_000;

/**
 * E-mail by SMTP over a few kept connections. `url` as SMTP_URL (`?requireTLS=true` insists on STARTTLS), `from` as MAIL_FROM.
 * Each mail is multipart text + HTML, says that a machine wrote it (RFC 3834) and in which language (RFC 3282), and has the
 * outbox id in its Message-ID, so that a second copy after a crash can be told as one (STANDARDS D-07, D-10; ASVS 1.3.11).
 */
export function smtpDriver(url: string, from: string, patience = PATIENCE): EmailDriver {
  const sender = parseSender(from);
  const domain = sender.address.slice(sender.address.lastIndexOf('@') + 1);
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 3,
    connectionTimeout: Math.min(5_000, patience),
    dnsTimeout: Math.min(5_000, patience),
    greetingTimeout: Math.min(5_000, patience),
    socketTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  });

  return {
    async send(email, id) {
      // the stored address and no other, in the one form that holds no separator, comment or line break (A21, A28)
      const to = parseEmail(email.to)?.address;
      if (to === undefined || to !== email.to) return { outcome: 'refused', reason: 'malformed address' };
      const signal = AbortSignal.timeout(patience);
      try {
        await transport.sendMail({
          ...mail(email, to),
          from: fromOf(email, sender),
          messageId: `<${id}@${domain}>`,
          signal,
        });
        return { outcome: 'sent' };
      } catch (error) {
        return readFailure(error);
      }
    },
    async check() {
      try {
        await transport.verify();
      } catch (error) {
        throw new TemporaryFailure(describe(error));
      }
    },
    close: () => transport.close(),
  };
}

/** The organization's name and address, each in place of ours where it has one. Read once more before they stand in a header (ASVS 1.3.11). */
function fromOf({ sender }: RenderedEmail, own: { name: string; address: string }) {
  const address = sender.address === null ? undefined : parseEmail(sender.address)?.address;
  return { name: sender.name === null ? own.name : plainLine(sender.name, 100), address: address ?? own.address };
}

const mail = (email: RenderedEmail, to: string) => ({
  to: { name: '', address: to },
  subject: plainLine(email.subject, 200),
  text: email.text,
  html: email.html,
  ...(email.logo && {
    attachments: [
      {
        cid: 'logo',
        filename: 'logo.png',
        content: email.logo,
        contentDisposition: 'inline',
        contentType: 'image/png',
      } as const,
    ],
  }),
  headers: {
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'Content-Language': email.locale,
  },
});

/** "Regain <no-reply@example.org>" or the address alone; the name loses what must not stand in a header. */
function parseSender(from: string): { name: string; address: string } {
  const [sender] = addressparser(from, { flatten: true });
  if (!sender?.address.includes('@')) throw new Error('MAIL_FROM holds no e-mail address');
  return { name: plainLine(sender.name), address: plainLine(sender.address, 254) };
}

/**
 * 5yz about this recipient or this text is for good (RFC 5321, 4.2.1). 5yz about us (AUTH, MAIL FROM, greeting) is a setting
 * that an operator can mend while the message is still worth sending, and so are all other failures.
 */
function readFailure(error: unknown): Handover {
  const { responseCode, command } = failureOf(error);
  const about = command === 'RCPT TO' || command === 'DATA';
  if (about && responseCode !== undefined && responseCode >= 500 && responseCode !== 503) {
    return { outcome: 'refused', reason: describe(error) };
  }
  throw new TemporaryFailure(describe(error));
}

interface SmtpFailure {
  readonly name?: string;
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

const failureOf = (error: unknown): SmtpFailure => (error instanceof Error ? error : {});

/** The server's own words often hold the address: only its number and the step are kept. */
function describe(error: unknown): string {
  const { code, responseCode, command } = failureOf(error);
  return ['SMTP', command, responseCode ?? code ?? 'failed'].filter(Boolean).join(' ');
}
