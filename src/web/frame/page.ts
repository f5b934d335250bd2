import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { Locale } from '../../domain/message.ts';
import type { Interactions } from '../../flows/ports/interactions.ts';
import type { Organization } from '../../flows/ports/provider.ts';
import type { Ports, Visitor } from '../../flows/ports.ts';
import type { Translate } from '../../i18n/translate.ts';
import type { Answer } from './answer.ts';
import type { Brand } from './brand.ts';
import type { Cookies } from './cookies.ts';

/** What a page found out about who is in front of it: language and branding follow. */
export interface Acquaintance {
  /** `ui_locales` of the running authorization request: language tags, the best first, separated by spaces. */
  readonly uiLocales?: string | undefined;
  /** The language of the account or of the journey. */
  readonly account?: Locale | undefined;
  /** Whose page it is. */
  readonly organizationId?: string | undefined;
  /** The application that sent the person; its organization's page it is when no organization is given. */
  readonly clientId?: string | undefined;
}

/** Everything that a page is given. `Name`: the names in the page's path (`/sign-in/:uid` → `uid`). */
export interface PageContext<Name extends string = string> {
  readonly ports: Ports;
  /** The provider's side: running authorization requests and the session. The context itself is the `Exchange` it asks for. */
  readonly interactions: Interactions;
  /** Who is at the other end: for limits, notices, audit. */
  readonly visitor: Visitor;
  readonly params: Readonly<Record<Name, string>>;
  /** A parameter of the query, once: doubled ones and NUL are refused with a page. */
  query(name: string): string | undefined;
  /**
   * The form that was posted, as text fields, through `schema`. What does not fit is not from a form of ours (a field
   * missing, doubled, an array): it is refused with a page (400). So say `z.object({ username: field() })` and judge emptiness and
   * meaning afterwards, keeping what was typed.
   */
  form<Fields>(schema: z.ZodType<Fields>): Fields;
  /** The file that came with the form, where the page takes one (`Page.file`). */
  readonly file: Buffer | undefined;
  /** Whether the form that was posted was shown to this account (`PageSettings.formsOf`), and to no other one before. */
  formIsOf(accountId: string): boolean;
  readonly cookies: Cookies;
  /** Remembers the person's own choice of language for a year. */
  chooseLanguage(locale: Locale): void;
  /** The language of this answer, and its texts. They change with what `knowing` is told. */
  readonly locale: Locale;
  readonly t: Translate;
  readonly organization: Organization;
  readonly brand: Brand;
  /** Tells the frame what the page found out. Call it before `t`, `locale`, `organization` and `brand` are used. */
  knowing(about: Acquaintance): Promise<void>;
  /** The name that people know an application by; undefined when there is no such application any more. */
  clientName(clientId: string): Promise<string | undefined>;
  /** A path (`/help`) as it is written into a link: below the issuer's own path. */
  url(path: string): string;
  /** The number that an error page of this request would show, and that is in the log. */
  readonly reference: string;
  readonly log: Logger;
  /** Node's own: for `interactions` only. */
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** One address: what it answers to GET (and HEAD), and to POST. A POST has passed the CSRF check before the page sees it. */
export interface Page<Name extends string = string> {
  readonly path: string;
  /** The name of the field that a file comes in, where its form has one. */
  readonly file?: string;
  get?(ctx: PageContext<Name>): Answer | Promise<Answer>;
  post?(ctx: PageContext<Name>): Answer | Promise<Answer>;
}

/** Makes a page of a path and its handlers; the names in the path become `ctx.params`. GET changes nothing (DESIGN rule 5). */
export function page<const Path extends string>(path: Path, handlers: Omit<Page<ParamsOf<Path>>, 'path'>): Page {
  return { path, ...handlers };
}
