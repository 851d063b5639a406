import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SiteFrame } from './layout.ts';
import { urls } from './urls.ts';

/** The texts of the assets. */
export interface Assets {
  readonly style: string;
  readonly script: string;
  readonly search: string;
  readonly icon: string;
}

export function readAssets(): Assets {
  const read = (name: string) => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8');
  return {
    style: compact(read('style.css')),
    script: read('site.js'),
    // One script for the browser of what are modules for the build.
    search: ['search-terms.js', 'search-index.js', 'search.js'].map((name) => asPart(read(name))).join(''),
    icon: read('icon.svg'),
  };
}

/** A module of ours without its imports and exports. */
function asPart(module: string): string {
  return module.replace(/^import .*;\n/gm, '').replace(/^export (?=async function|function|const|class)/gm, '');
}

/** Takes the indentation and comments out of our own style sheet; it is read by browsers only. */
function compact(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\n\s*/g, '\n')
    .replace(/([{;,:])[ \n]+/g, '$1')
    .replace(/;\n?}/g, '}')
    .replace(/ \{/g, '{')
    .trim();
}

export function frameOf(assets: Assets, baseUrl: string | undefined): SiteFrame {
  return {
    baseUrl,
    styleVersion: short(assets.style),
    scriptVersion: short(assets.script),
    searchVersion: short(assets.search),
  };
}

export function assetFiles(assets: Assets, frame: SiteFrame): readonly (readonly [string, string])[] {
  return [
    [urls.style(frame.styleVersion), assets.style],
    [urls.script(frame.scriptVersion), assets.script],
    [urls.searchScript(frame.searchVersion), assets.search],
    [urls.icon(), assets.icon],
  ];
}

const VERSION_CHARS = 8;

function short(text: string): string {
  return hash('sha256', text, 'hex').slice(0, VERSION_CHARS);
}

/** Where `npm run build` leaves the fingerprint of the code that it put together. */
export const PRINT_FILE = new URL('./code.print', import.meta.url);

/** A fingerprint of the code that makes pages: other code is another site. */
export function codePrint(): string {
  if (existsSync(PRINT_FILE)) return readFileSync(PRINT_FILE, 'utf8');
  const folders = [
    '.',
    './pages',
    './parts',
    './search',
    './assets',
    '../policy',
    '../policy/formats',
    '../policy/write',
    '../model',
  ];
  const prints = folders.map((folder) => {
    const place = fileURLToPath(new URL(`${folder}/`, import.meta.url));
    const names = readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isFile());
    return names
      .map(({ name }) => name)
      .sort()
      .map((name) => hash('sha256', readFileSync(`${place}${name}`), 'hex'))
      .join('');
  });
  return hash('sha256', prints.join(''), 'hex');
}
