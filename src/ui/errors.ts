import type { KubeErrorShape } from '../kube/types.ts';

/** Any thrown value as the one shape that views show. What has no `kind` is a bug of ours, and says so. */
export function asKubeError(error: unknown): KubeErrorShape {
  if (error instanceof Error && 'kind' in error && typeof error.kind === 'string') return error as Error & KubeErrorShape;
  return { name: 'KubeError', kind: 'server', message: `Unexpected error: ${messageOf(error)}` };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
