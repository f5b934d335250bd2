import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ejs from 'ejs';

const ROOT = fileURLToPath(new URL('../../../views/', import.meta.url));

/** Renders `views/<name>.ejs` with `locals` as `p`. */
export type RenderView = (name: string, locals: Readonly<Record<string, unknown>>) => string;

/**
 * Compiles every page and the layout, so that a view that does not compile stops the start and no request waits for the disk.
 * `root`: the folder of views. Rendering a view that is not there, or that asks for what it was not given, is a fault.
 */
export function loadViews(root: string = ROOT): RenderView {
  const files = globSync('{layout,pages}/**/*.ejs', { cwd: root }).map((file) => file.replaceAll('\\', '/'));
  const views = new Map(
    files.map((file) => {
      const filename = root + file;
      const template = readFileSync(filename, 'utf8');
      const options = { filename, strict: true, localsName: 'p', cache: true };
      return [file.replace(/\.ejs$/, ''), ejs.compile(template, options)];
    }),
  );
  return (name, locals) => {
    const view = views.get(name);
    if (!view) throw new Error(`no view is called ${name}`);
    return view(locals);
  };
}
