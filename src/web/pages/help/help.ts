import { render, seeOther } from '../../frame/answer.ts';
import { type Page, page } from '../../frame/page.ts';
import { FOOTER_PAGES, type HelpText, TOPICS } from './topics.ts';

/** `/help`, one page per route ("what you need, what happens"; SPEC T11), and the pages behind the other links of the footer. */
export const helpPages: readonly Page[] = [
  // Until there is a console, somebody who opens the bare address is told what this is for.
  page('/', { get: () => seeOther('/help') }),
  page('/help', {
    get: ({ t }) => render('help/index', t('help:title'), { topics: TOPICS }),
  }),
  ...TOPICS.map((topic) => textPage(topic, true)),
  ...FOOTER_PAGES.map((text) => textPage(text, false)),
];

function textPage(text: HelpText, isTopic: boolean): Page {
  const others = TOPICS.filter(({ path }) => text.see?.includes(path));
  return page(text.path, {
    get: ({ t }) => render('help/text', t(text.title), { text, others, isTopic }),
  });
}
