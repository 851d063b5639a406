/** Names that mean themselves in every language: letters, digits, `_`, `-`. */
const PLAIN = /^[A-Za-z0-9_-]+$/u;
/** The same with points, for languages where a point has no meaning. */
const DOTTED = /^[A-Za-z0-9_.-]+$/u;

/** Why a name is not plain. */
export function notPlain(name: string): string | undefined {
  return PLAIN.test(name) ? undefined : 'the name holds signs that its rules read as something else';
}

/** Why a name is neither plain nor dotted. */
export function notDotted(name: string): string | undefined {
  return DOTTED.test(name) ? undefined : 'the name holds signs that its rules read as something else';
}

/** Why a server's name is not plain. */
export function serverNotPlain(name: string): string | undefined {
  return PLAIN.test(name) ? undefined : 'the server’s name holds signs that the rules read as something else';
}

/** A lone surrogate has no bytes: an enforcer would compare something else. */
const LONE_SURROGATE = /\p{Cs}/u;

/** Why some texts cannot be written in any format. */
export function illFormed(...texts: readonly string[]): string | undefined {
  return texts.some((text) => LONE_SURROGATE.test(text)) ? 'the name is not valid Unicode' : undefined;
}

/** Stands in an allow list that would be empty, since some enforcers take an empty list for "no list". */
export const NO_TOOL = 'toolrisk: no tool is allowed';

/** The tools of an allow list, which is never empty. */
export function allowList(tools: readonly string[]): readonly string[] {
  return tools.length === 0 ? [NO_TOOL] : tools;
}
