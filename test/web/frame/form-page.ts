import { z } from 'zod';
import { json, render } from '../../../src/web/frame/answer.ts';
import { field } from '../../../src/web/frame/form.ts';
import { type Page, page } from '../../../src/web/frame/page.ts';

/** A page with a form of one field, `name`; what was posted comes back as JSON, or with an error when it is empty. */
export function formPage(path = '/form'): Page {
  return page(path, {
    get: (ctx) => render('test/form', 'A form', { said: ctx.query('said') ?? '' }),
    post: (ctx) => {
      const { name } = ctx.form(z.object({ name: field(200) }));
      if (name.trim() === '') {
        return render('test/form', 'A form', { said: name }, { errors: [{ field: 'name', text: 'Enter a name.' }] });
      }
      return json({ name });
    },
  });
}
