/** Stands before the place of a module until it is known from which file it is looked for. */
export const PLACE = 'place-of:';
