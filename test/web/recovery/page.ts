export interface Form {
  /** As it stands in the page; undefined: the page itself. */
  readonly action: string | undefined;
  /** Every input, list and text by name, with the value it was rendered with; boxes only where they are ticked. */
  readonly fields: Record<string, string>;
  readonly buttons: readonly {
    readonly text: string;
    readonly name: string;
    readonly value: string;
    /** Where it posts to instead. */
    readonly action: string | undefined;
  }[];
}

/** A page as somebody reads it: our own well-formed HTML, so that searching it is enough. */
export class PageOf {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;

  constructor(url: URL, status: number, headers: Headers, html: string) {
    this.url = url;
    this.status = status;
    this.headers = headers;
    this.html = html;
  }

  get path(): string {
    return this.url.pathname;
  }

  get lang(): string {
    return /<html lang="(\w+)"/.exec(this.html)?.[1] ?? '';
  }

  get title(): string {
    return wordsOf(/<title>([^]*?)<\/title>/.exec(this.html)?.[1] ?? '');
  }

  get heading(): string {
    return wordsOf(/<h1[^>]*>([^]*?)<\/h1>/.exec(this.html)?.[1] ?? '');
  }

  /** Everything that is read in the main part. */
  get text(): string {
    return wordsOf(/<main[^>]*>([^]*?)<\/main>/.exec(this.html)?.[1] ?? this.html);
  }

  /** What stands in the summary of errors. */
  get alert(): string {
    return wordsOf(/<div class="summary"[^]*?<\/ul>/.exec(this.html)?.[0] ?? '');
  }

  /** The steps, each with its state in words. */
  get steps(): string[] {
    const list = /<ol class="steps"[^]*?<\/ol>/.exec(this.html)?.[0] ?? '';
    return [...list.matchAll(/<li[^>]*>([^]*?)<\/li>/g)].map(([, item = '']) => wordsOf(item));
  }

  get forms(): Form[] {
    return [...this.html.matchAll(/<form([^>]*)>([^]*?)<\/form>/g)].map(([, attributes = '', inside = '']) => ({
      action: attributeOf(attributes, 'action'),
      fields: fieldsOf(inside),
      buttons: buttonsOf(inside),
    }));
  }

  get buttons(): string[] {
    return this.forms.flatMap(({ buttons }) => buttons.map(({ text }) => text));
  }

  get links(): { text: string; href: string }[] {
    return [...this.html.matchAll(/<a([^>]*)>([^]*?)<\/a>/g)].map(([, attributes = '', inside = '']) => ({
      text: wordsOf(inside),
      href: attributeOf(attributes, 'href') ?? '',
    }));
  }

  link(text: string): string {
    const found = this.links.find((link) => link.text === text);
    if (!found)
      throw new Error(`no link "${text}" at ${this.path}: ${this.links.map((link) => link.text).join(' | ')}`);
    return found.href;
  }

  /** The form with this button; the first one when none is named. */
  formWith(button?: string): Form {
    const found = this.forms.find(({ buttons }) => button === undefined || buttons.some(({ text }) => text === button));
    if (!found) throw new Error(`no button "${button}" at ${this.path} (${this.status}): ${this.buttons.join(' | ')}`);
    return found;
  }

  get csrf(): string {
    return this.forms[0]?.fields['_csrf'] ?? '';
  }

  /** The secret that the page for a new second factor shows as text. */
  get totpSecret(): string {
    return wordsOf(/data-testid="totp-secret">([^]*?)<\/code>/.exec(this.html)?.[1] ?? '').replaceAll(' ', '');
  }

  /** The options of the passkey ceremony on the page. */
  get passkeyOptions(): { readonly challenge: string } {
    const found = /<form[^>]*class="passkey"[^>]*data-options="([^"]*)"/.exec(this.html)?.[1];
    if (found === undefined) throw new Error(`no passkey form at ${this.path}`);
    const challenge = /"challenge":"([\w-]+)"/.exec(unescaped(found))?.[1];
    if (challenge === undefined) throw new Error(`no challenge at ${this.path}`);
    return { challenge };
  }
}

function fieldsOf(form: string): Record<string, string> {
  const inputs = [...form.matchAll(/<input([^>]*)>/g)].map(([, attributes = '']) => attributes);
  const areas = [...form.matchAll(/<textarea([^>]*)>\n?([^]*?)<\/textarea>/g)];
  const lists = [...form.matchAll(/<select([^>]*)>([^]*?)<\/select>/g)];
  return Object.fromEntries([
    ...areas.map(([, attributes = '', text = '']) => [attributeOf(attributes, 'name'), unescaped(text)]),
    ...lists.map(([, attributes = '', options = '']) => [attributeOf(attributes, 'name'), chosenOf(options)]),
    ...inputs.flatMap((input) => {
      const name = attributeOf(input, 'name');
      const isBox = ['checkbox', 'radio'].includes(attributeOf(input, 'type') ?? '');
      // What is not ticked is not sent.
      return name === undefined || (isBox && !/\schecked/.test(input))
        ? []
        : [[name, attributeOf(input, 'value') ?? '']];
    }),
  ]);
}

/** Of a list the option that is chosen, else the first. */
function chosenOf(options: string): string {
  const all = [...options.matchAll(/<option([^>]*)>/g)].map(([, attributes = '']) => attributes);
  return attributeOf(all.find((one) => /\sselected/.test(one)) ?? all[0] ?? '', 'value') ?? '';
}

function buttonsOf(form: string): Form['buttons'] {
  return [...form.matchAll(/<button([^>]*)>([^]*?)<\/button>/g)]
    .filter(([, attributes = '']) => !/\sdisabled/.test(attributes) && attributeOf(attributes, 'type') !== 'button')
    .map(([, attributes = '', inside = '']) => ({
      text: wordsOf(inside),
      name: attributeOf(attributes, 'name') ?? '',
      value: attributeOf(attributes, 'value') ?? '',
      action: attributeOf(attributes, 'formaction'),
    }));
}

function attributeOf(attributes: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(` ${attributes}`)?.[1];
  return value === undefined ? undefined : unescaped(value);
}

/** Words as people compare them: apostrophes and spaces folded (CONTRACT "Pages"). */
export function wordsOf(html: string): string {
  return folded(unescaped(html.replaceAll(/<svg[^]*?<\/svg>/g, '').replaceAll(/<[^>]*>/g, ' ')));
}

export function folded(text: string): string {
  return text.replaceAll('’', "'").replaceAll(/\s+/g, ' ').trim();
}

function unescaped(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#34': '"', '#39': "'" };
  return html.replaceAll(/&(amp|lt|gt|quot|#34|#39);/g, (_, name: string) => entities[name] ?? '');
}
