import { toString as drawQr } from 'qrcode';
import { grouped } from '../../../domain/restore-code.ts';
import { formatDate } from '../../../i18n/dates.ts';
import { type Answer, bytes, render } from '../../frame/answer.ts';
import type { PageContext } from '../../frame/page.ts';

/** A restore code that is on the screen, and whose it is. */
export interface Copied {
  readonly username: string;
  /** Without hyphens. */
  readonly code: string;
}

/** What `views/parts/restore-code.ejs` takes. `file`, `paper`: paths of the forms that give a copy; `shown`: what they send along. */
export async function onScreen(
  { url }: Pick<PageContext, 'url'>,
  code: string,
  { file, paper, shown = '' }: { readonly file: string; readonly paper: string; readonly shown?: string },
) {
  return { text: grouped(code), svg: await qrOf(code), shown, file: url(file), paper: url(paper) };
}

/** The code as a text file. The answer to a POST, so that the code is in no address. */
export function asFile(ctx: PageContext, copied: Copied): Answer {
  return bytes(Buffer.from(textOf(ctx, copied)), {
    'content-type': 'text/plain; charset=utf-8',
    'content-disposition': `attachment; filename="${ctx.t('restore-code:file')}.txt"`,
  });
}

/** The same as a page made for paper, in a page of its own: black on white, with a QR code and what to do with it. `returnTo`: a path. */
export async function onPaper(ctx: PageContext, copied: Copied, returnTo: string): Promise<Answer> {
  return render(
    'account/restore-code/paper',
    ctx.t('restore-code:paper_title', { brand: ctx.brand.name }),
    {
      text: grouped(copied.code),
      svg: await qrOf(copied.code),
      facts: factsOf(ctx, copied),
      steps: stepsOf(ctx),
    },
    { nav: undefined, live: undefined, banner: undefined, wide: true, returnTo },
  );
}

/** The text of the code as a QR code. Its letters and digits are of the alphabet that QR codes hold best, and it stays readable when creased. */
function qrOf(code: string): Promise<string> {
  return drawQr(grouped(code), { type: 'svg', margin: 0, errorCorrectionLevel: 'Q' });
}

function factsOf({ t, locale, ports }: PageContext, { username }: Copied) {
  return [
    { key: t('restore-code:paper_account'), value: username },
    { key: t('restore-code:paper_made'), value: formatDate(locale, ports.now()) },
  ];
}

function stepsOf({ t, ports }: PageContext): string[] {
  const address = `${ports.issuer}/lost-credentials`;
  return [
    t('restore-code:paper_use_1', { address }),
    t('restore-code:paper_use_2'),
    t('restore-code:paper_use_3'),
    t('restore-code:paper_use_4'),
  ];
}

function textOf(ctx: PageContext, copied: Copied): string {
  const { t, brand } = ctx;
  const lines = [
    t('restore-code:paper_title', { brand: brand.name }),
    '',
    grouped(copied.code),
    '',
    ...factsOf(ctx, copied).map(({ key, value }) => t('messages:label', { label: key }) + ` ${value}`),
    '',
    t('restore-code:paper_use_title'),
    ...stepsOf(ctx).map((step, at) => `${at + 1}. ${step}`),
    '',
    t('restore-code:keep_title'),
    ...(['paper', 'mail', 'nobody'] as const).map((one) => `- ${t(`restore-code:keep_${one}`)}`),
    '',
    t('restore-code:paper_until'),
  ];
  return `${lines.join('\r\n')}\r\n`;
}
