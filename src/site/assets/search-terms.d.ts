export function termsOf(text: string): string[];
export function nameTermsOf(name: string): string[];
export function joined(terms: readonly string[]): string;
export function stemOf(term: string): string;
export function keyOf(term: string): string;
export function fileOf(prefix: string): string;
