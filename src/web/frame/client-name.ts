import type { Client } from '../../flows/ports/provider.ts';
import type { Translate } from '../../i18n/translate.ts';

/** What people know an application by, for the middle of a sentence. Regain's own consoles are called what they are: "your account". */
export function clientName({ name, own }: Pick<Client, 'name' | 'own'>, t: Translate): string {
  return own === undefined ? name : t(`common:own_${own}`);
}
