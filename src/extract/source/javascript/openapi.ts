import type { ObservedTool } from '../../../model/tool.ts';
import type { Sources } from './sources.ts';

export function openApiTools(
  _sources: Sources,
  _reachable: readonly string[],
  _location: string,
): readonly ObservedTool[] {
  return [];
}
