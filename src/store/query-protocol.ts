/** Rows in one message from the child. */
export const BATCH_ROWS = 500;

/** What the parent asks. */
export interface QueryJob {
  readonly path: string;
  readonly sql: string;
  readonly maxRows: number;
}

/** One cell of an answer. */
export type Cell = string | number | null;

/** What the child answers: columns, then rows in batches, then the end; or a failure. */
export type QueryMessage =
  | { readonly kind: 'columns'; readonly columns: readonly string[] }
  | { readonly kind: 'rows'; readonly rows: readonly (readonly unknown[])[] }
  | { readonly kind: 'end'; readonly more: boolean }
  | { readonly kind: 'failed'; readonly message: string };
