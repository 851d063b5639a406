/** How a definition was obtained. The earlier one is the current one where several answer. */
export const METHODS = ['live', 'executed', 'publisher-list', 'static', 'readme'] as const;
export type Method = (typeof METHODS)[number];
