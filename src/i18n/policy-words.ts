import type { Locale } from '../domain/message.ts';
import type { Policy } from '../domain/policy.ts';
import { type PolicyFault, pathText } from '../domain/policy-text/fault.ts';
import { describedSchema, type JsonSchema } from '../domain/policy-text/json-schema.ts';
import { writePolicyText } from '../domain/policy-text/write.ts';
import { isPreset } from '../domain/presets.ts';
import { texts } from './catalogues.ts';
import { type Translate, translator } from './translate.ts';

/** What is wrong, in words: without its place. */
export function faultInWords(t: Translate, { fault, values }: PolicyFault): string {
  return t(`policy-language:fault.${fault}`, values);
}

/** "line 3, column 5, routes.sign-in[0].id: …", for a line by itself. */
export function faultLine(t: Translate, fault: PolicyFault): string {
  const { line, column, path } = fault;
  const place = [t('policy-language:place', { line, column }), pathText(path)].filter((one) => one !== '').join(', ');
  return t('policy-language:at', { place, text: faultInWords(t, fault) });
}

/** A policy as YAML, with comments in this language: what it stands for where it is a preset, and what each key says. */
export function commentedPolicy(locale: Locale, policy: Policy): string {
  const t = translator(locale);
  const preset = isPreset(policy.name) ? [t(`policy-language:preset.${policy.name}`)] : [];
  return writePolicyText(policy, {
    heading: [t('policy-language:heading'), ...preset].join('\n'),
    about: (path) => aboutPolicy(locale, path),
  });
}

/** The JSON Schema of policies, with what each key says in this language. */
export function policyJsonSchema(locale: Locale): JsonSchema {
  return describedSchema((path) => aboutPolicy(locale, path));
}

/** What a key of a policy (`routes.sign-in`) says; undefined where it says nothing by itself. */
export function aboutPolicy(locale: Locale, path: string): string | undefined {
  return texts(locale, 'policy-language')[`about.${path}`];
}
