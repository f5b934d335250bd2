import type { Readable } from 'node:stream';
import type { When } from '../../i18n/dates.ts';
import type { ProblemName } from './problem.ts';
import type { Follow } from './streams.ts';

/** One thing that is wrong with what was typed. `field` is the name of the input that the summary links to. */
export interface PageError {
  readonly field?: string;
  readonly text: string;
}

/** One entry of the quiet line "E-mail ✓ · Password · SMS". */
export interface PageStep {
  readonly text: string;
  readonly state: 'done' | 'current' | 'todo';
}

/** One link of the line of sections that a console's pages begin with. */
export interface NavItem {
  readonly text: string;
  /** `/path`: the issuer's own path is put before it. */
  readonly href: string;
  readonly current?: boolean;
  /** No section: at the end of the line, away from the others. */
  readonly apart?: true;
}

/** What happened to the account, above everything else on a page of the console. */
export interface PageBanner {
  readonly notices: readonly {
    readonly text: string;
    /** `/path`, as in `NavItem`. */
    readonly href: string;
    /** Of the link; else "See what happened". */
    readonly label?: string | undefined;
    readonly when?: When | undefined;
  }[];
  /** A form that says that they were seen. `action`: `/path`; `values`: its hidden fields; `text`: of its button. */
  readonly dismiss?: {
    readonly action: string;
    readonly values?: Readonly<Record<string, string>>;
    readonly text?: string;
  };
}

/** What the layout needs to know of a page, beside what the frame puts in by itself. */
export interface PageSettings {
  /** Else 422 when there are errors, 200 when there are none. */
  readonly status?: number;
  /** Seconds: when to come back, beside a status that says "not now" (RFC 9110, 10.2.3). */
  readonly retryAfter?: number;
  readonly errors?: readonly PageError[];
  readonly steps?: readonly PageStep[];
  /** The page has a passkey form: loads the two scripts that it needs. */
  readonly passkey?: boolean;
  /** The page says which passkeys are accepted (`data-accepted`): loads the script that tells the browser. */
  readonly signal?: boolean;
  /** The sections of a console, one of them current. A page that has them is wide. */
  readonly nav?: readonly NavItem[] | undefined;
  /** Where the current one is a group of sections: its own line. */
  readonly within?: { readonly name: string; readonly items: readonly NavItem[] };
  /** A column for lists (44 rem) also without sections. */
  readonly wide?: boolean;
  readonly banner?: PageBanner | undefined;
  /** `/path` of the events that an open page listens to (server-sent: `notice`, `ended`; see views/assets/live.js). */
  readonly live?: string | undefined;
  /** The page has an element with `data-follow`: loads the script that opens the next page once something has happened elsewhere. */
  readonly follows?: boolean;
  /** A line above the page that says what was just done. */
  readonly done?: string | undefined;
  /** The account that the forms of the page are about (`PageContext.formIsOf`). */
  readonly formsOf?: string;
  /** A line above the page when something was just given up: "Nothing was changed." */
  readonly cancelled?: string;
  /** Where the link to the other language leads back to, when it is not this same address (`/path`). */
  readonly returnTo?: string;
}

/** What a page gives back. The frame performs it. */
export type Answer =
  | {
      readonly kind: 'render';
      readonly view: string;
      readonly title: string;
      readonly locals: Readonly<Record<string, unknown>>;
      readonly settings: PageSettings;
    }
  | { readonly kind: 'see-other'; readonly to: string }
  | { readonly kind: 'refuse'; readonly problem: ProblemName; readonly retryAfter?: number }
  | { readonly kind: 'json'; readonly status: number; readonly body: object }
  | {
      readonly kind: 'events';
      readonly key: string;
      readonly follow: Follow;
    }
  | {
      readonly kind: 'bytes';
      readonly status: number;
      /** A stream is written as it comes. */
      readonly body: Buffer | Readable | undefined;
      readonly headers: Readonly<Record<string, string>>;
    };

/**
 * A page: `view` is the file `views/pages/<view>.ejs`, which finds in `p`: `t`, `page`, `locale`, `url(path)` and `locals`.
 * `title` is text, without the error word and without the brand.
 */
export function render(
  view: string,
  title: string,
  locals: Readonly<Record<string, unknown>> = {},
  settings: PageSettings = {},
): Answer {
  return { kind: 'render', view, title, locals, settings };
}

/**
 * 303. `to` is a path below the issuer (`/lost-credentials`; the issuer's own path is put before it) or an address that
 * starts with the issuer, such as `returnTo` of an interaction. Anything else is a fault: pages never lead elsewhere (ASVS 3.7.2).
 */
export function seeOther(to: string): Answer {
  return { kind: 'see-other', to };
}

/** One of the frame's own pages for what cannot go on; `retryAfter` in seconds. */
export function refuse(problem: ProblemName, retryAfter?: number): Answer {
  return { kind: 'refuse', problem, ...(retryAfter !== undefined && { retryAfter }) };
}

export function json(body: object, status = 200): Answer {
  return { kind: 'json', status, body };
}

/** A file, a download. The headers given replace the frame's, `Cache-Control: no-store` too. */
export function bytes(
  body: Buffer | Readable | undefined,
  headers: Readonly<Record<string, string>>,
  status = 200,
): Answer {
  return { kind: 'bytes', status, body, headers };
}

/** Server-sent events for as long as the page is open. `key`: whose they are, since nobody has more than a few open at once. */
export function events(key: string, follow: Follow): Answer {
  return { kind: 'events', key, follow };
}
