import type { Locale } from '../domain/message.ts';

/**
 * The catalogues: `locales/{en,fr}/<area>.json`, flat objects of key → text. `{{name}}` is a placeholder; a text that depends
 * on a number has two keys, `…_one` and `…_other`, and takes `count` (0 is singular in French, by CLDR).
 * A new area is one line here and its two files.
 */
const json = { with: { type: 'json' } } as const;

const areas = {
  common: await area(import('../../locales/en/common.json', json), import('../../locales/fr/common.json', json)),
  parts: await area(import('../../locales/en/parts.json', json), import('../../locales/fr/parts.json', json)),
  'sign-in': await area(import('../../locales/en/sign-in.json', json), import('../../locales/fr/sign-in.json', json)),
  lost: await area(import('../../locales/en/lost.json', json), import('../../locales/fr/lost.json', json)),
  recovery: await area(import('../../locales/en/recovery.json', json), import('../../locales/fr/recovery.json', json)),
  factor: await area(import('../../locales/en/factor.json', json), import('../../locales/fr/factor.json', json)),
  emergency: await area(
    import('../../locales/en/emergency.json', json),
    import('../../locales/fr/emergency.json', json),
  ),
  apis: await area(import('../../locales/en/apis.json', json), import('../../locales/fr/apis.json', json)),
  device: await area(import('../../locales/en/device.json', json), import('../../locales/fr/device.json', json)),
  consent: await area(import('../../locales/en/consent.json', json), import('../../locales/fr/consent.json', json)),
  account: await area(import('../../locales/en/account.json', json), import('../../locales/fr/account.json', json)),
  contacts: await area(import('../../locales/en/contacts.json', json), import('../../locales/fr/contacts.json', json)),
  'my-data': await area(import('../../locales/en/my-data.json', json), import('../../locales/fr/my-data.json', json)),
  activity: await area(import('../../locales/en/activity.json', json), import('../../locales/fr/activity.json', json)),
  'if-you-lose': await area(
    import('../../locales/en/if-you-lose.json', json),
    import('../../locales/fr/if-you-lose.json', json),
  ),
  applications: await area(
    import('../../locales/en/applications.json', json),
    import('../../locales/fr/applications.json', json),
  ),
  'restore-code': await area(
    import('../../locales/en/restore-code.json', json),
    import('../../locales/fr/restore-code.json', json),
  ),
  pairing: await area(import('../../locales/en/pairing.json', json), import('../../locales/fr/pairing.json', json)),
  devices: await area(import('../../locales/en/devices.json', json), import('../../locales/fr/devices.json', json)),
  admin: await area(import('../../locales/en/admin.json', json), import('../../locales/fr/admin.json', json)),
  registered: await area(
    import('../../locales/en/registered.json', json),
    import('../../locales/fr/registered.json', json),
  ),
  organizations: await area(
    import('../../locales/en/organizations.json', json),
    import('../../locales/fr/organizations.json', json),
  ),
  'lock-out': await area(
    import('../../locales/en/lock-out.json', json),
    import('../../locales/fr/lock-out.json', json),
  ),
  'self-recovery': await area(
    import('../../locales/en/self-recovery.json', json),
    import('../../locales/fr/self-recovery.json', json),
  ),
  proof: await area(import('../../locales/en/proof.json', json), import('../../locales/fr/proof.json', json)),
  'policy-language': await area(
    import('../../locales/en/policy-language.json', json),
    import('../../locales/fr/policy-language.json', json),
  ),
  policy: await area(import('../../locales/en/policy.json', json), import('../../locales/fr/policy.json', json)),
  errors: await area(import('../../locales/en/errors.json', json), import('../../locales/fr/errors.json', json)),
  help: await area(import('../../locales/en/help.json', json), import('../../locales/fr/help.json', json)),
  invitation: await area(
    import('../../locales/en/invitation.json', json),
    import('../../locales/fr/invitation.json', json),
  ),
  'not-me': await area(import('../../locales/en/not-me.json', json), import('../../locales/fr/not-me.json', json)),
  receipt: await area(import('../../locales/en/receipt.json', json), import('../../locales/fr/receipt.json', json)),
  messages: await area(import('../../locales/en/messages.json', json), import('../../locales/fr/messages.json', json)),
  demo: await area(import('../../locales/en/demo.json', json), import('../../locales/fr/demo.json', json)),
};

type Texts = Readonly<Record<string, string>>;

/** Both languages of one area. The English one gives the keys; that the French one has the same is tested, not typed. */
async function area<English extends Texts>(en: Promise<{ default: English }>, fr: Promise<{ default: Texts }>) {
  return { en: (await en).default, fr: (await fr).default };
}

type Areas = typeof areas;
export type Area = keyof Areas;

type Singular<Key extends string> = Key extends `${infer Base}_one` | `${infer Base}_other` ? Base : Key;
/** `area:key` for every text there is; of a text in two numbers, the key without `_one` and `_other`. */
export type TextKey = {
  [A in Area]: `${A}:${Singular<keyof Areas[A]['en'] & string>}`;
}[Area];

const isArea = (name: string): name is Area => Object.hasOwn(areas, name);

export const AREAS: readonly Area[] = Object.keys(areas).filter(isArea);

/** The texts of one area in one language, as they stand in the file. */
export function texts(locale: Locale, name: Area): Texts {
  return areas[name][locale];
}
