import { policyJsonSchema } from '../../../i18n/policy-words.ts';
import { bytes } from '../../frame/answer.ts';
import { type Page, page } from '../../frame/page.ts';

/** The JSON Schema of policies for editors, which ask again after an hour; `?locale=fr`: its words in French. Nothing of an organization. */
export const policySchemaPage: Page = page('/policy.schema.json', {
  get: (ctx) => {
    const schema = policyJsonSchema(ctx.query('locale') === 'fr' ? 'fr' : 'en');
    return bytes(Buffer.from(JSON.stringify(schema)), {
      'content-type': 'application/schema+json',
      'cache-control': 'public, max-age=3600',
      // Editors that are web pages read it too.
      'access-control-allow-origin': '*',
    });
  },
});
