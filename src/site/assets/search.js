// The search page. Results are crawled text: they reach the page through textContent alone.
import { openIndex } from './search-index.js';

// Until this runs, the page waits a moment and then says why it may never do so.
document.getElementById('starting').classList.add('started');

const form = document.getElementById('search');
const input = document.getElementById('q');
const list = document.getElementById('results');
const status = document.getElementById('status');
const more = document.getElementById('more');
const facets = [...document.querySelectorAll('#facets select')];
const root = new URL('.', location.href);
const PER_PAGE = 20;
const WAIT_MS = 150;
const INCOMPLETE = 'A part of the search index could not be loaded. Load the page again: the site may have changed.';

/** One file of the index. The entry is asked for anew each time; the others by its version. */
async function load(path, version) {
  const url = new URL(`search-index/${path}${version === '' ? '' : `?v=${version}`}`, root);
  const response = await fetch(url, version === '' ? { cache: 'no-cache' } : {});
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const index = await openIndex(load).catch(() => undefined);
if (index === undefined) status.textContent = 'The search index could not be loaded.';

let results = [];
let shown = 0;
let asked = 0;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.textContent = text;
  return made;
}

function line({ url, title, lead, server, category, severity, tools }) {
  const item = document.createElement('li');
  const isTool = category !== undefined;
  const link = element('a', isTool ? 'name' : '', title);
  link.href = new URL(url, root).href;
  item.append(link, element('span', 'soft', isTool ? category : 'server'));
  if (isTool) item.append(element('span', `sev ${severity}`, severity[0].toUpperCase() + severity.slice(1)));
  else item.append(element('span', 'soft', tools === 1 ? '1 tool' : `${tools} tools`));
  if (isTool) item.append(element('span', 'sub', server));
  if (lead !== '') item.append(element('span', 'sub lead', lead));
  return item;
}

/** The lines of some results, or undefined where a piece of the index could not be loaded. */
async function linesOf(ids) {
  const pieces = await Promise.all(ids.map((id) => index.documents(id))).catch(() => undefined);
  return pieces?.flat().map(line);
}

function show(ids, lines, said) {
  results = ids;
  shown = Math.min(ids.length, PER_PAGE);
  list.replaceChildren(...lines);
  more.hidden = shown >= results.length;
  status.textContent = said;
}

async function showMore() {
  const of = results;
  const from = shown;
  const ids = of.slice(from, from + PER_PAGE);
  const lines = await linesOf(ids);
  // Another search may have ended meanwhile, or the button was pressed twice.
  if (of !== results || from !== shown) return;
  if (lines === undefined) {
    status.textContent = INCOMPLETE;
    return;
  }
  list.append(...lines);
  shown += ids.length;
  more.hidden = shown >= results.length;
}

async function search() {
  if (index === undefined) return;
  const run = ++asked;
  const text = input.value.trim();
  const filters = Object.fromEntries(
    facets.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
  );
  const query = new URLSearchParams({ ...(text === '' ? {} : { q: text }), ...filters });
  history.replaceState(null, '', query.size === 0 ? location.pathname : `?${query}`);
  if (text === '' && Object.keys(filters).length === 0) {
    show([], [], 'Type a name or words of a description, or choose a facet.');
    return;
  }
  status.textContent = 'Searching …';
  const found = await index.search(text, filters).catch(() => undefined);
  if (run !== asked) return;
  const ids = found?.ids ?? [];
  const lines = found && (await linesOf(ids.slice(0, PER_PAGE)));
  if (run !== asked) return;
  if (lines === undefined) {
    show([], [], INCOMPLETE);
    return;
  }
  const number = ids.length === 1 ? '1 result' : `${ids.length.toLocaleString('en')} results`;
  // Said together with its lines: who hears the number finds them below.
  show(ids, lines, found.all || ids.length === 0 ? number : `${number} with some of the words`);
}

let timer;
function soon() {
  clearTimeout(timer);
  timer = setTimeout(search, WAIT_MS);
}

const asking = new URLSearchParams(location.search);
input.value = asking.get('q') ?? '';
for (const facet of facets) {
  facet.value = asking.get(facet.name) ?? '';
  facet.addEventListener('change', search);
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  search();
});
input.addEventListener('input', soon);
more.addEventListener('click', showMore);
await search();
