import { toString as drawQr } from 'qrcode';
import { grouped } from '../../../../domain/restore-code.ts';
import type { Owner } from '../../../../flows/account/act.ts';
import { type ShownCode, sealShown } from '../../../../flows/account/propose-restore-code.ts';
import type { PageContext } from '../../../frame/page.ts';
import { FILE, PAPER } from './paths.ts';

/** What `views/parts/restore-code.ejs` takes: the code as people read it, and the forms that give it on paper and as a file. */
export async function shownOf(ctx: PageContext, owner: Owner, shown: ShownCode) {
  return {
    text: grouped(shown.code),
    svg: await qrOf(shown.code),
    shown: sealShown(ctx.ports, owner, shown),
    file: ctx.url(FILE),
    paper: ctx.url(PAPER),
  };
}

/** The text of the code as a QR code. Its letters and digits are of the alphabet that QR codes hold best, and it stays readable when creased. */
export function qrOf(code: string): Promise<string> {
  return drawQr(grouped(code), { type: 'svg', margin: 0, errorCorrectionLevel: 'Q' });
}
