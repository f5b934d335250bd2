import type { DevicePages, Exchange, RenderedPage } from '../../flows/ports/interactions.ts';
import { translator } from '../../i18n/translate.ts';
import type { PageSettings } from './answer.ts';
import type { Acquaintance } from './page.ts';
import { localeOf, type Scene } from './scene.ts';

export type Enter = (at: Exchange, known: Acquaintance) => Promise<Scene>;
export type Show = (
  scene: Scene,
  view: string,
  title: string,
  locals: Readonly<Record<string, unknown>>,
  settings?: PageSettings,
) => RenderedPage;

/** The pages of the device flow (RFC 8628, 3.3), in our layout. */
export function devicePages(enter: Enter, show: Show): DevicePages {
  return {
    code: async (at, { action, xsrf, typed, problem }) => {
      const scene = await enter(at, {});
      const t = translator(localeOf(scene));
      const errors = problem && [{ field: 'user_code', text: t(`device:wrong_${problem}`) }];
      return show(scene, 'device/code', t('device:title'), { action, xsrf, typed }, errors && { errors });
    },
    confirm: async (at, { action, xsrf, code, client, ip }) => {
      const scene = await enter(at, { organizationId: client.organizationId });
      const title = translator(localeOf(scene))('device:confirm_title', { client: client.name });
      return show(scene, 'device/confirm', title, { title, action, xsrf, code, ip, client: client.name });
    },
    done: async (at, client) => {
      const scene = await enter(at, { organizationId: client?.organizationId });
      const t = translator(localeOf(scene));
      const title = t('device:done_title');
      return show(scene, 'device/done', title, { title, text: t('device:done_text', { client: client?.name ?? '' }) });
    },
    stopped: async (at) => {
      const scene = await enter(at, {});
      const t = translator(localeOf(scene));
      const title = t('device:stopped_title');
      return show(scene, 'device/done', title, { title, text: t('device:stopped_text') });
    },
  };
}
