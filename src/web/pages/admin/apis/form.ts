import { z } from 'zod';
import { ACR, isAcr } from '../../../../domain/assurance.ts';
import type { WrongInApi } from '../../../../flows/administration/read-api.ts';
import type { ApiChanges } from '../../../../flows/ports/apis.ts';
import type { Translate } from '../../../../i18n/translate.ts';
import type { PageError } from '../../../frame/answer.ts';
import { field } from '../../../frame/form.ts';
import type { PageContext } from '../../../frame/page.ts';
import { className } from '../applications/words.ts';

const LONGEST_LIST = 20_000;

/** The fields of an API's settings, as they are typed: lists one on a line. */
export const apiFields = {
  name: field(),
  scopes: field(LONGEST_LIST),
  applications: field(LONGEST_LIST),
  token_format: field(20).optional(),
  minimum_acr: field(60).optional(),
};
const fields = z.object(apiFields);
export type TypedApi = z.infer<typeof fields>;

const linesIn = (text: string): readonly string[] => text.split(/\s+/).filter((line) => line !== '');

export const settingsFrom = (typed: TypedApi): ApiChanges => ({
  name: typed.name.trim(),
  scopes: linesIn(typed.scopes),
  applications: linesIn(typed.applications),
  tokenFormat: typed.token_format === 'opaque' ? 'opaque' : 'jwt',
  minimumAcr: isAcr(typed.minimum_acr) ? typed.minimum_acr : null,
});

export const typedFrom = (api: ApiChanges): TypedApi => ({
  name: api.name,
  scopes: api.scopes.join('\n'),
  applications: api.applications.join('\n'),
  token_format: api.tokenFormat,
  minimum_acr: api.minimumAcr ?? '',
});

/** What the view of the form shows. */
export function formLocals({ t }: Pick<PageContext, 't'>, typed: TypedApi) {
  return {
    typed,
    formats: (['jwt', 'opaque'] as const).map((value) => ({
      value,
      text: t(`apis:format_${value}`),
      hint: t(`apis:format_${value}_hint`),
      checked: (typed.token_format ?? 'jwt') === value,
    })),
    classes: [{ value: '', text: t('apis:acr_none') }, ...ACR.map((value) => ({ value, text: className(t, value) }))],
  };
}

/** What is wrong with what was typed, each about its own field. */
export function errorsOf(t: Translate, wrong: readonly WrongInApi[]): PageError[] {
  return wrong.map((one) => ({
    field: one.field,
    text: t(`apis:wrong_${one.why}`, { value: one.value.slice(0, 80) }),
  }));
}
