import { type Accents, accentsOf, type Logo, shownSize } from '../domain/branding.ts';
import type { Organization, Organizations } from '../flows/ports/provider.ts';
import { plainLine } from './plain.ts';

/** What a message shows of the organization that its account belongs to. */
export interface MessageBrand {
  readonly name: string;
  /** In SMS. */
  readonly shortName: string;
  readonly accents?: Accents | undefined;
  /** Sent along within the e-mail, so that opening it loads nothing from anywhere. Pixels of CSS. */
  readonly logo?: { readonly png: Buffer } & Pick<Logo, 'width' | 'height' | 'plates'>;
  /** In place of that of MAIL_FROM. */
  readonly sender: { readonly name: string | null; readonly address: string | null };
  /** Where "Contact support" leads; null: our own page. */
  readonly supportUrl: string | null;
  /** An e-mail address and a number. */
  readonly support: readonly string[];
}

/** Of an account without an organization that is known any more. */
export const HOUSE: MessageBrand = {
  name: 'Regain',
  shortName: 'Regain',
  sender: { name: null, address: null },
  supportUrl: null,
  support: [],
};

const SHORT = 20;

export async function brandOf(organizations: Organizations, id: string): Promise<MessageBrand> {
  const organization = await organizations.find(id);
  if (!organization) return HOUSE;
  const logo = await logoOf(organizations, organization);
  const { name, smsName, accentLight, accentDark, supportEmail, supportPhone } = organization;
  return {
    name: plainLine(name, 100),
    shortName: plainLine(smsName ?? name, SHORT),
    accents: accentsOf(accentLight, accentDark),
    ...(logo && { logo }),
    sender: { name: organization.senderName ?? null, address: organization.senderAddress ?? null },
    supportUrl: organization.supportUrl,
    support: [supportEmail, supportPhone].flatMap((way) => way ?? []),
  };
}

async function logoOf(organizations: Organizations, { logo }: Organization): Promise<MessageBrand['logo']> {
  if (!logo) return undefined;
  const png = await organizations.logo(logo.hash);
  return png && { png, plates: logo.plates, ...shownSize(logo) };
}
