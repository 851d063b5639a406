// The search page. Results are crawled text: they reach the page through textContent alone.
const form = document.getElementById('search');
const input = document.getElementById('q');
const list = document.getElementById('results');
const status = document.getElementById('status');
const more = document.getElementById('more');
const facets = [...document.querySelectorAll('#facets select')];
const root = new URL('.', location.href);
const PER_PAGE = 20;
const WAIT_MS = 150;

const pagefind = await import(new URL('pagefind/pagefind.js', root).href).catch(() => undefined);
if (pagefind === undefined) status.textContent = 'The search index could not be loaded.';
await pagefind?.options({ ranking: { termFrequency: 0.6, termSimilarity: 2 } });

let results = [];
let shown = 0;
let asked = 0;

function element(name, className, text) {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  made.textContent = text;
  return made;
}

function line(data) {
  const item = document.createElement('li');
  const link = element('a', data.meta.kind === 'tool' ? 'name' : '', data.meta.title);
  link.href = new URL(data.url.replace(/^\/+/, ''), root).href;
  item.append(link);
  item.append(element('span', 'soft', data.meta.kind === 'tool' ? data.meta.category : 'server'));
  if (data.meta.severity !== undefined) {
    const word = data.meta.severity;
    item.append(element('span', `sev ${word}`, word[0].toUpperCase() + word.slice(1)));
  } else item.append(element('span', 'soft', `${data.meta.tools} tools`));
  if (data.meta.server !== undefined) item.append(element('span', 'sub', data.meta.server));
  return item;
}

async function showMore() {
  const run = asked;
  const next = await Promise.all(results.slice(shown, shown + PER_PAGE).map((result) => result.data()));
  if (run !== asked) return;
  list.append(...next.map(line));
  shown += next.length;
  more.hidden = shown >= results.length;
}

async function search() {
  if (pagefind === undefined) return;
  const run = ++asked;
  const text = input.value.trim();
  const filters = Object.fromEntries(
    facets.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
  );
  const query = new URLSearchParams({ ...(text === '' ? {} : { q: text }), ...filters });
  history.replaceState(null, '', query.size === 0 ? location.pathname : `?${query}`);
  if (text === '' && Object.keys(filters).length === 0) {
    results = [];
    list.replaceChildren();
    more.hidden = true;
    status.textContent = 'Type a name or words of a description, or choose a facet.';
    return;
  }
  status.textContent = 'Searching …';
  const found = await pagefind.search(text === '' ? null : text, { filters }).catch(() => undefined);
  if (run !== asked) return;
  if (found === undefined) {
    status.textContent = 'A part of the search index could not be loaded. Try again.';
    return;
  }
  results = found.results;
  shown = 0;
  list.replaceChildren();
  status.textContent = results.length === 1 ? '1 result' : `${results.length} results`;
  await showMore();
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
