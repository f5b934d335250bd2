import { DISTANCES, type LockOutReport } from '../../../../domain/lock-out-report.ts';
import { drawBars, lengthOf } from '../dashboard/bars.ts';
import { type Chart, number, type Words } from '../dashboard/charts.ts';
import { sentenceOf, share } from './words.ts';

/** How many accounts stand at each distance: red where one loss is enough. */
export function distancesChart(words: Words, { accounts, byDistance }: LockOutReport): Chart {
  const { t, locale } = words;
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const values = DISTANCES.map((distance) => byDistance[distance]);
  const drawing = drawBars(
    [
      { tone: 'danger', up: true, values: values.map((value, at) => (at < 2 ? value : 0)) },
      { tone: 'accent', up: true, values: values.map((value, at) => (at < 2 ? 0 : value)) },
    ],
    (value) => compact.format(value),
    ['0', '1', '2', t('lock-out:farther_short')],
  );
  return {
    id: 'distances',
    title: t('lock-out:distances', { accounts: number(locale, accounts) }),
    ...(drawing && { note: t('lock-out:below') }),
    drawing,
    legend: [],
    columns: [t('lock-out:distance'), t('lock-out:accounts'), t('lock-out:share')],
    rows: DISTANCES.map((distance) => [
      t(`lock-out:at_${distance}`),
      number(locale, byDistance[distance]),
      share(words, byDistance[distance], accounts),
    ]),
    empty: t('lock-out:nobody'),
  };
}

/** What locks accounts out, with a bar of all accounts in each row: red what is left after the addition that helps most. */
export function causesTable(words: Words, { accounts, causes }: LockOutReport) {
  const { t, locale } = words;
  return {
    id: 'causes',
    title: t('lock-out:causes'),
    columns: [t('lock-out:now'), t('lock-out:then')],
    rows: causes.map((cause) => {
      const left = cause.help?.left ?? cause.accounts;
      const red = lengthOf(left, accounts);
      const whole = Math.max(red, lengthOf(cause.accounts, accounts));
      return {
        name: sentenceOf(words, cause, accounts),
        values: [cause.accounts, left].map((value) => number(locale, value)),
        bars: [
          { tone: 'danger', x: 0, length: red },
          { tone: 'accent', x: red, length: whole - red },
        ].filter(({ length }) => length > 0),
      };
    }),
  };
}
