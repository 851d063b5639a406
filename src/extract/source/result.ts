import type { DroppedTool, ObservedTool } from '../../model/tool.ts';

/** What reading the source of one package without running it gave. */
export type SourceResult =
  | {
      readonly kind: 'parsed';
      readonly tools: readonly ObservedTool[];
      readonly dropped: readonly DroppedTool[];
      /** Files that could not be read, each a sentence. */
      readonly problems: readonly string[];
      /** Packages whose code the tools come from and that are not among the files: they need to be read too. */
      readonly needs: readonly string[];
      readonly instructions?: string;
    }
  | { readonly kind: 'died'; readonly message: string }
  | { readonly kind: 'timed-out'; readonly message: string }
  | { readonly kind: 'too-large'; readonly message: string };
