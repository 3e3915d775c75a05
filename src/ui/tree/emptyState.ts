import * as vscode from 'vscode';
import { commands } from '../commands/names.ts';
import type { Session } from '../session.ts';
import type { Node } from './nodes.ts';

const t = vscode.l10n.t;

/** What the tree is about when it has no services to show. */
export type EmptyState = 'disconnected' | 'connecting' | 'no-kubeconfig' | 'no-kserve' | 'forbidden' | 'sign-in' | 'failed' | 'empty';

/** Undefined while there are services, also those of a connection that is stale. */
export function emptyState({ state }: Session): EmptyState | undefined {
  switch (state.kind) {
    case 'failed': return ofError(state.error.kind);
    case 'connected': {
      const { health, keys } = state.live;
      if (keys.length > 0) return undefined;
      if (health.state === 'failed') return ofError(health.error.kind);
      return health.state === 'connecting' ? 'connecting' : 'empty';
    }
    default: return state.kind;
  }
}

function ofError(kind: string): EmptyState {
  switch (kind) {
    case 'no-kubeconfig': return 'no-kubeconfig';
    case 'no-such-api': return 'no-kserve';
    case 'forbidden': return 'forbidden';
    case 'credentials':
    case 'unauthorized': return 'sign-in';
    default: return 'failed';
  }
}

/**
 * The rows of a state whose sentence is not known before (an error's own words, a context's name): it stands in the view's message,
 * beside which VS Code shows no welcome content. The other states have theirs in package.json.
 */
export function wayOut(state: EmptyState): readonly Extract<Node, { kind: 'action' }>[] {
  const action = (label: string, icon: string, command: string): Extract<Node, { kind: 'action' }> => ({ kind: 'action', label, icon, command });
  const retry = action(t('Retry'), 'refresh', commands.connect);
  const switchContext = action(t('Switch Context…'), 'plug', commands.switchContext);
  const namespace = action(t('Choose Namespace…'), 'filter', commands.chooseNamespace);
  switch (state) {
    case 'failed': return [retry, switchContext, action(t('Choose Kubeconfig File…'), 'folder-opened', commands.chooseKubeconfig), action(t('Open Playground'), 'beaker', commands.openPlayground)];
    case 'sign-in': return [action(t('Sign In'), 'sign-in', commands.signIn), switchContext];
    case 'forbidden': return [namespace, switchContext];
    case 'empty': return [action(t('Create from Sample'), 'new-file', commands.openSample), namespace];
    default: return [];
  }
}
