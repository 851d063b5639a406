import { IN_LEAD, IN_NAME, IN_REST, IN_SERVER, IN_TITLE, MOST_NAME_WORDS, NAME_SHIFT } from '../assets/search-index.js';
import { joined, nameTermsOf, termsOf } from '../assets/search-terms.js';
import { showInvisible } from '../invisible.ts';
import { slug, urls } from '../urls.ts';
import { isHostile, type ServerView, type ToolView, threatsIn } from '../view.ts';
import { excerpt } from '../words.ts';

/** What the search finds: a tool or a server, with untrusted texts. */
export interface SearchDocument {
  /** Address of its page, from the root of the site. */
  readonly url: string;
  readonly title: string;
  /** Other texts, each with the bit of where it stands. */
  readonly texts: readonly (readonly [place: number, text: string])[];
  /** Shown below the title. */
  readonly lead: string;
  /** What else is shown of it. */
  readonly shown: Readonly<Record<string, string | number>>;
  /** Values of facets. */
  readonly facets: readonly (readonly [facet: string, value: string])[];
  /** Documents that are found by facets alone stand in this order, highest first: 0 to 255. */
  readonly rank: number;
}

/** Characters of a description that are searched, … */
const TEXT_CHARS = 2_000;
/** … those of them in which a word says more, … */
const LEAD_CHARS = 160;
/** … and those that are shown. */
const SHOWN_CHARS = 140;
/** Characters of a name in a result. */
const NAME_CHARS = 200;
/** Words of one document, at most. */
const MOST_TERMS = 400;

type Server = Pick<ServerView, 'id' | 'slug' | 'name' | 'description'>;

export function serverDocument(server: Server, tools: number): SearchDocument {
  return {
    url: urls.server(server.slug),
    title: server.name,
    texts: [[IN_TITLE, server.id], ...described(server.description ?? '')],
    lead: server.description ?? '',
    shown: { tools },
    facets: [['kind', 'server']],
    rank: 0,
  };
}

/** `rank` is that of the severity, the worst highest. */
export function toolDocument(server: Pick<Server, 'slug' | 'name'>, tool: ToolView, rank: number): SearchDocument {
  const { definition, verdict } = tool;
  const { name, title = '', description = '' } = definition;
  return {
    url: urls.tool(server.slug, slug(name)),
    title: name,
    texts: [[IN_TITLE, title], [IN_SERVER, server.name], ...described(description)],
    // Programs read the index too: text that may be an attack on them is found by its words, and not shown.
    lead: isHostile(threatsIn(tool)) ? '' : description,
    shown: { server: readable(server.name, NAME_CHARS), category: verdict.category, severity: verdict.severity },
    facets: [
      ['category', verdict.category],
      ['severity', verdict.severity],
      ...verdict.capabilities.map((capability) => ['capability', capability] as const),
    ],
    rank,
  };
}

function described(description: string): SearchDocument['texts'] {
  return [
    [IN_LEAD, description.slice(0, LEAD_CHARS)],
    [IN_REST, description.slice(LEAD_CHARS, TEXT_CHARS)],
  ];
}

/** The words of a document and the places where each stands, as bits with the number of words of the name above them. */
export function placesOf({ title, texts }: SearchDocument): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const name = nameTermsOf(title.slice(0, NAME_CHARS));
  const length = Math.min(name.length, MOST_NAME_WORDS) << NAME_SHIFT;
  const add = (terms: readonly string[], place: number) => {
    for (const term of terms) {
      const known = places.get(term);
      if (known === undefined && places.size >= MOST_TERMS) continue;
      places.set(term, (known ?? length) | place);
    }
  };
  add(name, IN_NAME);
  // `writeFile` is typed as one word too; with signs between them, words are two in a query as well.
  if (name.length > 1 && /^[\p{L}\p{N}]+$/u.test(title)) add([joined(name)], IN_NAME);
  for (const [place, text] of texts) add(termsOf(text.slice(0, TEXT_CHARS)), place);
  return places;
}

/** What a result shows, as one JSON value; results are read by people and programs alike. */
export function shownJson(id: number, { url, title, lead, shown }: SearchDocument): string {
  return JSON.stringify([id, url, readable(title, NAME_CHARS), readable(lead, SHOWN_CHARS), shown]);
}

function readable(text: string, most: number): string {
  return excerpt(showInvisible(text.slice(0, 4 * most)), most);
}
