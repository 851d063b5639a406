import * as z from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Says what is wrong with a value and where, a line each. Of several shapes that a part may have, the one counts that it
 * is nearest to: zod alone would say `Invalid input` of the whole part.
 */
export function explain(error: z.ZodError): string {
  return z.prettifyError({ issues: error.issues.flatMap((issue) => nearest(issue)) });
}

function nearest(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const shapes = issue.errors.map((issues) => issues.flatMap((inner) => nearest(inner)));
  const types = shapes.map(([only, ...more]) =>
    more.length === 0 && only?.path.length === 0 ? typeOf(only) : undefined,
  );
  if (!types.includes(undefined)) return [{ ...issue, message: `Invalid input: expected ${types.join(' or ')}` }];
  const [first = []] = shapes.sort((a, b) => distance(a) - distance(b));
  return first.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** The type that a value of another type should have had. */
function typeOf(issue: Issue): string | undefined {
  return issue.code === 'invalid_type' ? issue.expected : undefined;
}

/** How far a value is from a shape: what is wrong deep inside says that the rest fits. */
function distance(issues: readonly Issue[]): number {
  return issues.reduce((sum, { path }) => sum + 1 / (path.length + 1), 0);
}
