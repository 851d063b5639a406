import * as z from 'zod';

const Id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/u);
const Link = z.url({ protocol: /^https$/u });

/** One public list of weaknesses, techniques or incidents. */
export const Taxonomy = z.strictObject({ id: Id, title: z.string().min(1), homepage: Link });
export type Taxonomy = z.infer<typeof Taxonomy>;

/** One entry of a taxonomy: its id, title and address, and none of its prose. */
export const TaxonomyEntry = z.strictObject({
  id: z.string().regex(/^\S+$/u),
  taxonomy: Id,
  title: z.string().min(1),
  url: Link,
  /** Ids under which older texts know it. */
  formerly: z.array(z.string()).optional(),
});
export type TaxonomyEntry = z.infer<typeof TaxonomyEntry>;

/** `data/taxonomies.yaml`: everything that rules, attack patterns and advisories may refer to by id. */
export const Taxonomies = z
  .strictObject({ taxonomies: z.array(Taxonomy).min(1), entries: z.array(TaxonomyEntry).min(1) })
  .superRefine(({ taxonomies, entries }, context) => {
    const known = new Set(taxonomies.map(({ id }) => id));
    const seen = new Set<string>();
    for (const [index, { id, taxonomy }] of entries.entries()) {
      const fail = (message: string) => context.addIssue({ code: 'custom', message, path: ['entries', index] });
      if (!known.has(taxonomy)) fail(`${id}: there is no taxonomy "${taxonomy}"`);
      if (seen.has(id)) fail(`${id} stands there twice`);
      seen.add(id);
    }
  });
export type Taxonomies = z.infer<typeof Taxonomies>;
