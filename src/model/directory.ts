import * as z from 'zod';

/** A CSS selector, relative to the entry; `.` is the entry itself. */
const Selector = z.string().min(1);

/** One HTML directory of servers: where its pages are and which elements say what. Selectors are data, never code. */
export const Directory = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]*$/u),
  title: z.string(),
  homepage: z.url({ protocol: /^https$/u }),
  /** Hosts whose pages have this form. */
  hosts: z.array(z.string()).min(1),
  /** Ends of file names, for pages that were saved. */
  files: z.array(z.string()).default([]),
  server: z.strictObject({
    each: Selector,
    name: Selector,
    description: Selector.optional(),
    /** Link to the server's own page in the directory. */
    link: Selector.optional(),
    repository: Selector.optional(),
    /** Element whose text is the npm package's name. */
    npm: Selector.optional(),
  }),
  tool: z.strictObject({ each: Selector, name: Selector, description: Selector.optional() }).optional(),
});
export type Directory = z.infer<typeof Directory>;

/** The file of directories. */
export const Directories = z.strictObject({ directories: z.array(Directory) });
