import type { ToldKind } from './notice.ts';

/** What Regain writes to people. Values are sealed in the outbox until sent; templates turn them into words at delivery. */
export type Locale = 'en' | 'fr';
export const LOCALES: readonly Locale[] = ['en', 'fr'];

/** When, where from and with what something was done: the last block of each notice. */
export interface Circumstances {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly ip: string;
  readonly userAgent: string;
}

export type EmailContent =
  | {
      readonly template: 'recovery-link';
      readonly link: string;
      /** The short code that is typed into the page that waits. */
      readonly code: string;
      readonly minutes: number;
      readonly username: string;
      readonly circumstances: Circumstances;
    }
  | {
      readonly template: 'new-contact';
      readonly code: string;
      readonly minutes: number;
      readonly circumstances: Circumstances;
    }
  /** To an address that belongs to an account already: whoever typed it learns nothing, its owner does. */
  | { readonly template: 'contact-taken'; readonly circumstances: Circumstances }
  /** A restore code that an administrator issued by e-mail (SPEC S11). */
  | {
      readonly template: 'restore-code';
      /** In groups. */
      readonly code: string;
      readonly username: string;
      readonly circumstances: Circumstances;
    }
  /** The short code of an emergency access (SPEC M2). */
  | {
      readonly template: 'emergency-access';
      readonly code: string;
      readonly minutes: number;
      readonly username: string;
      readonly circumstances: Circumstances;
    }
  /** One half of an emergency code that two operators issued: the other one is told by the first of them. */
  | {
      readonly template: 'emergency-half';
      /** In groups. */
      readonly code: string;
      readonly username: string;
      /** Milliseconds. */
      readonly until: number;
      readonly circumstances: Circumstances;
    }
  /** Somebody asked the help desk for an emergency code; `link`: the page that stops it. */
  | {
      readonly template: 'emergency-request';
      readonly link: string;
      readonly digits: string;
      readonly circumstances: Circumstances;
    }
  /** It was refused; `answer`: in the words of the help desk. */
  | { readonly template: 'emergency-request-refused'; readonly answer: string; readonly circumstances: Circumstances }
  | { readonly template: 'invitation'; readonly link: string; readonly days: number; readonly username: string }
  | {
      readonly template: 'notice';
      readonly notice: ToldKind;
      /** What it is about, in the owner's own words: the name of a device, a masked address. */
      readonly about?: string;
      /** Until when something can still be changed (milliseconds). */
      readonly until?: number;
      readonly circumstances: Circumstances;
      /** "It wasn't me": the page, and the two digits that are typed there. Absent where there is nothing to contest. */
      readonly contest?: { readonly link: string; readonly digits: string };
    };

export type SmsContent =
  | { readonly template: 'code'; readonly code: string }
  | { readonly template: 'emergency-half'; readonly code: string }
  | { readonly template: 'emergency-request' | 'emergency-request-refused' }
  | {
      readonly template: 'notice';
      readonly notice: ToldKind;
      readonly about?: string;
      readonly circumstances: Circumstances;
    };

interface Envelope {
  /** Empty: a decoy for an account that does not exist; it is queued like any other and then dropped. */
  readonly to: string;
  readonly locale: Locale;
  readonly accountId: string;
  readonly organizationId: string;
  /** The last message of an account: it leaves although the account is gone. */
  readonly outlivesAccount?: true;
  /** After this it is not sent any more (milliseconds); a code is worth nothing then. */
  readonly expiresAt: number;
}

export type Message =
  | (Envelope & { readonly channel: 'email'; readonly content: EmailContent })
  | (Envelope & { readonly channel: 'sms'; readonly content: SmsContent });
