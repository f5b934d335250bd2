import { randomBytes } from 'node:crypto';
import type {
  CurrentSession,
  Exchange,
  Interaction,
  InteractionResult,
  Interactions,
} from '../../src/flows/ports/interactions.ts';
import type { Client } from '../../src/flows/ports/provider.ts';
import type { PageBrowser } from './page-browser.ts';

const COOKIE = 'held_interactions';

/** The provider as pages see it. Whoever carries an interaction's uid in a cookie holds it, as with the real one. */
export class FakeInteractions implements Interactions {
  private readonly open = new Map<string, Interaction>();
  /** What pages made of interactions, in order. */
  readonly finished: { readonly uid: string; readonly result: InteractionResult }[] = [];
  readonly granted: string[] = [];
  readonly aborted: string[] = [];
  readonly kept: string[] = [];
  private lost = false;

  /** An interaction that runs, held by `browser`. */
  begin(
    browser: PageBrowser,
    changes: Partial<Omit<Interaction, 'uid' | 'client'>> & { client?: Partial<Client> } = {},
  ): Interaction {
    const uid = randomBytes(16).toString('base64url');
    const client: Client = {
      id: 'app',
      name: 'Atlas',
      organizationId: 'default',
      metadata: {},
      secretHash: null,
      firstParty: false,
      admitsOthers: false,
      ...changes.client,
    };
    const interaction: Interaction = {
      prompt: 'login',
      reasons: ['no_session'],
      request: { client_id: client.id, scope: 'openid', state: uid },
      session: null,
      atLeast: null,
      optional: false,
      consent: { scopes: [], claims: [] },
      ...changes,
      client,
      uid,
    };
    this.open.set(uid, interaction);
    this.hold(browser, uid);
    return interaction;
  }

  /** Another browser comes to hold it too. */
  hold(browser: PageBrowser, uid: string): void {
    const held = browser.cookie(COOKIE);
    browser.setCookie(COOKIE, held ? `${held}.${uid}` : uid);
  }

  /** It is gone: expired, ended. */
  end(uid: string): void {
    this.open.delete(uid);
  }

  /** It goes between a page's first look at it and its end. */
  loseNextFinish(): void {
    this.lost = true;
  }

  private held({ req }: Exchange, uid: string): Interaction | undefined {
    const [, uids = ''] = /(?:^|; )held_interactions=([^;]*)/.exec(req.headers.cookie ?? '') ?? [];
    return uids.split('.').includes(uid) ? this.open.get(uid) : undefined;
  }

  async find(at: Exchange, uid: string): Promise<Interaction | undefined> {
    return this.held(at, uid);
  }

  async finish(at: Exchange, uid: string, result: InteractionResult): Promise<string | undefined> {
    if (!this.held(at, uid) || this.lost) {
      this.lost = false;
      return undefined;
    }
    this.open.delete(uid);
    this.finished.push({ uid, result });
    return `/auth/${uid}`;
  }

  async keep(_at: Exchange, uid: string): Promise<void> {
    this.kept.push(uid);
  }

  async grantConsent(at: Exchange, uid: string): Promise<string | undefined> {
    if (this.held(at, uid)?.prompt !== 'consent') return undefined;
    this.open.delete(uid);
    this.granted.push(uid);
    return `/auth/${uid}`;
  }

  async abort(at: Exchange, uid: string): Promise<string | undefined> {
    if (!this.held(at, uid)) return undefined;
    this.open.delete(uid);
    this.aborted.push(uid);
    return `/auth/${uid}`;
  }

  async askAnew(): Promise<void> {}

  restartUrl(request: Readonly<Record<string, string>>): string {
    return `/auth?${new URLSearchParams({ ...request }).toString()}`;
  }

  async session(): Promise<CurrentSession | undefined> {
    return undefined;
  }

  testUrl(clientId: string): string {
    return `/auth?client_id=${clientId}`;
  }

  async told(): Promise<undefined> {
    return undefined;
  }
}
