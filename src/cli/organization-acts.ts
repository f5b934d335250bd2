import { readFile } from 'node:fs/promises';
import type { AuthenticatorApp, OrganizationSettings } from '../domain/branding.ts';
import type { Locale } from '../domain/message.ts';
import type { WrongInOrganization } from '../flows/administration/read-organization.ts';
import { type AcceptanceOptions, acceptanceOf, notAccepted } from './acceptance.ts';
import type { Answer } from './answer.ts';
import { Complaint } from './complaint.ts';
import { noOrganization } from './default-organization.ts';
import { readPolicy } from './policy-file.ts';

interface Created extends AcceptanceOptions {
  readonly name: string;
  readonly policy: string;
  readonly locale: Locale;
}

interface Given {
  readonly name?: string;
  readonly locale?: Locale;
  readonly supportUrl?: string;
  readonly supportEmail?: string;
  readonly supportPhone?: string;
  readonly accent?: string;
  readonly accentDark?: string;
  readonly logo?: string;
  readonly senderName?: string;
  readonly senderAddress?: string;
  readonly smsName?: string;
  readonly app?: readonly string[];
}

export async function create(options: Created): Promise<Answer> {
  const { name, policy: presetOrFile, locale } = options;
  const acceptance = acceptanceOf(options);
  const policy = await readPolicy(presetOrFile);
  const { administering } = await import('./open.ts');
  const { createOrganization } = await import('../flows/administration/create-organization.ts');
  return administering(async (ports) => {
    const done = await createOrganization(ports, { name, locale, policy }, acceptance);
    if (done.outcome === 'refused' && done.reason === 'bad-name') throw new Complaint(BAD_NAME);
    if (done.outcome === 'refused' && done.reason === 'not-allowed') throw new Error('the command line may everything');
    if (done.outcome !== 'created') throw await notAccepted(options, done);
    return { json: { id: done.id }, text: [`organization ${done.id}`] };
  });
}

export async function list(): Promise<Answer> {
  const { administering } = await import('./open.ts');
  return administering(async ({ store }) => {
    const organizations = (await store.organizations.all()).map((one) => ({
      id: one.id,
      name: one.name,
      locale: one.locale,
      support_url: one.supportUrl,
      support_email: one.supportEmail,
      support_phone: one.supportPhone,
      accent_light: one.accentLight,
      accent_dark: one.accentDark,
      sender_name: one.senderName,
      sender_address: one.senderAddress,
      sms_name: one.smsName,
      apps: one.apps,
      logo: one.logo?.hash ?? null,
    }));
    return { json: { organizations }, text: organizations.map(({ id, name, locale }) => `${id}  ${name}  ${locale}`) };
  });
}

export async function edit(id: string, given: Given): Promise<Answer> {
  const file = given.logo === undefined ? undefined : given.logo === '' ? null : await fileOf(given.logo);
  const { administering } = await import('./open.ts');
  const { editOrganization } = await import('../flows/administration/edit-organization.ts');
  const { setLogo } = await import('../flows/administration/set-logo.ts');
  return administering(async (ports) => {
    const done = await editOrganization(ports, id, (now) => ({ ...now, ...settingsOf(given) }));
    if (done.outcome === 'refused')
      throw done.reason === 'wrong' ? wrong(done.wrong) : new Complaint(noOrganization(id));
    const logo = file === undefined ? undefined : await setLogo(ports, id, file);
    if (logo?.outcome === 'refused') throw new Complaint(`--logo is ${given.logo}; ${noLogo(logo.reason)}`);
    const changed = [...done.changed, ...(logo?.changed ? ['logo'] : [])];
    const what = changed.length > 0 ? `changed: ${changed.join(', ')}` : 'it is so already';
    return { json: { id, changed }, text: [what] };
  });
}

const BAD_NAME = '--name takes 1 to 100 printable characters';

async function fileOf(path: string): Promise<Buffer> {
  return readFile(path).catch(() => {
    throw new Complaint(`--logo is ${path}; there is no such file that can be read`);
  });
}

/** What was given, as settings; an empty value is none. */
function settingsOf(given: Given): Partial<OrganizationSettings> {
  const { name, locale, app, accent, accentDark, supportUrl, supportEmail, supportPhone } = given;
  const { senderName, senderAddress, smsName } = given;
  const texts = {
    supportUrl,
    supportEmail,
    supportPhone,
    accentLight: accent,
    accentDark,
    senderName,
    senderAddress,
    smsName,
  };
  const set = Object.entries(texts).filter(([, value]) => value !== undefined);
  return {
    ...(name !== undefined && { name }),
    ...(locale !== undefined && { locale }),
    ...Object.fromEntries(set.map(([key, value]) => [key, value || null])),
    ...(app && { apps: app.filter((line) => line !== '').map(appOf) }),
  };
}

function appOf(line: string): AuthenticatorApp {
  const words = line.split(/\s+/);
  const links = words.filter((word) => word.startsWith('https:'));
  const of = (host: string) => links.find((link) => URL.parse(link)?.host === host) ?? null;
  const name = words.filter((word) => !links.includes(word)).join(' ');
  return { name, apple: of('apps.apple.com'), google: of('play.google.com') };
}

/** The first of what is wrong, by the option that it came from. */
function wrong([first]: readonly WrongInOrganization[]): Complaint {
  switch (first?.field) {
    case 'accent_light':
    case 'accent_dark': {
      const option = first.field === 'accent_light' ? '--accent' : '--accent-dark';
      if (first.why === 'contrast')
        return new Complaint(
          `${option} has a contrast of ${first.ratio.toFixed(2)}:1, and needs ${first.least}:1; the nearest colour that has it is ${first.nearest}`,
        );
      return new Complaint(first.why === 'without-light' ? `${option} needs --accent` : `${option} takes #rrggbb`);
    }
    case 'support_url':
      return new Complaint('--support-url takes an https:// address');
    case 'support_email':
      return new Complaint('--support-email takes an e-mail address');
    case 'support_phone':
      return new Complaint('--support-phone takes a number with its country: +41…');
    case 'sender_address':
      return new Complaint('--sender-address takes an e-mail address of ASCII characters');
    case 'sender_name':
      return new Complaint('--sender-name takes 1 to 100 printable characters, none of them @ < > " \\');
    case 'sms_name':
      return new Complaint('--sms-name takes 1 to 20 printable characters');
    case 'apps':
      return new Complaint('--app takes a name and an address of apps.apple.com, play.google.com or both');
    case 'name':
    case undefined:
      return new Complaint(BAD_NAME);
  }
}

const noLogo = (reason: string): string =>
  ({
    'unknown-kind': 'it takes PNG, JPEG, WebP or SVG',
    unreadable: 'it cannot be read as the image that it begins as',
    'too-large': 'it takes at most 512 KB and 8192 pixels a side, 16 million in all',
    'too-small': 'nothing would be seen of it',
    elaborate: 'the SVG has entities, images or too many references in it; save it as plain shapes or as PNG',
  })[reason] ?? reason;
