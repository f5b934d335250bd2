import { countryOf, prefixOf } from '../domain/phone.ts';
import { perNetwork } from './network.ts';
import type { Take, Visitor } from './ports.ts';

/** What one code by SMS takes from the budgets (toll fraud, ATTACKS A23): per number, account, network, prefix, country, and in all. */
export function smsTakes(visitor: Visitor, accountId: string, phone: string): Take[] {
  return [
    { budget: 'sms-per-number', key: phone },
    { budget: 'sms-per-account', key: accountId },
    ...perNetwork('sms', visitor.ip),
    { budget: 'sms-per-prefix', key: prefixOf(phone) },
    { budget: 'sms-per-country', key: countryOf(phone) ?? 'unknown' },
    { budget: 'sms-in-all', key: 'all' },
  ];
}
