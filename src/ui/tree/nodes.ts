import type { ComponentName } from '../../kserve/objects.ts';

/** The rows of the tree. Plain data: VS Code finds a row again by its id, and its content is read from the live store. */
export type Node =
  /** A way out of a state that has no rows: what the row does is its command. */
  | { readonly kind: 'action'; readonly label: string; readonly icon: string; readonly command: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'service'; readonly key: string }
  | { readonly kind: 'component'; readonly key: string; readonly component: ComponentName }
  | { readonly kind: 'revision'; readonly key: string; readonly component: ComponentName; readonly name: string };

/** Stable over every update, so that expansion, selection and scroll survive. */
export function nodeId(node: Node): string {
  switch (node.kind) {
    case 'action': return `action:${node.command}`;
    case 'namespace': return `namespace:${node.namespace}`;
    case 'service': return `service:${node.key}`;
    case 'component': return `component:${node.key}:${node.component}`;
    case 'revision': return `revision:${node.key}:${node.name}`;
  }
}
