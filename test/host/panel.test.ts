import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as predict from '../../src/predict/index.ts';
import { PredictPanel, viewType } from '../../src/ui/panel/predictPanel.ts';
import type { PredictSource, PredictState } from '../../src/ui/panel/source.ts';

/** Tabs as the workbench has them; a webview's type carries a prefix of its own. */
function tabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(viewType));
}

describe('predict panel', () => {
  let listeners: (() => void)[];
  let asked: string[];
  let disposed: number;
  let state: PredictState;

  beforeEach(() => {
    listeners = [];
    asked = [];
    disposed = 0;
    state = { kind: 'ready', modelName: 'iris', variants: [{ id: 'split', label: 'Service', url: 'http://iris.example.com' }] };
  });
  afterEach(async () => { await vscode.window.tabGroups.close(tabs()); });

  function source(onAsked: () => void): PredictSource {
    return {
      key: { context: 'playground', namespace: 'kserve-test', name: 'iris', component: 'predictor' },
      state: () => state,
      onDidChange: (listener) => {
        listeners.push(listener);
        return { dispose: () => { listeners = listeners.filter((each) => each !== listener); } };
      },
      gatewayOverride: () => undefined,
      request: (path) => {
        asked.push(path);
        onAsked();
        return Promise.resolve({ spec: { ports: [{ name: 'http2', port: 80 }] }, status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } } });
      },
      dispose: () => { disposed += 1; },
    };
  }

  function parts(): Parameters<typeof PredictPanel.open>[0] {
    const extension = vscode.extensions.getExtension('kserve-canary.kserve-canary');
    assert.ok(extension);
    const kept = new Map<string, unknown>();
    const memento = { keys: () => [...kept.keys()], get: (key: string) => kept.get(key), update: (key: string, value: unknown) => { kept.set(key, value); return Promise.resolve(); } } as vscode.Memento;
    return { extensionUri: extension.extensionUri, predict: () => predict, memento };
  }

  it('runs its page under the policy: the gateway is looked for once the page says that it is there', async () => {
    const ready = new Promise<void>((resolve) => { PredictPanel.open(parts(), source(resolve)); });
    await ready;
    assert.deepEqual(asked, ['/api/v1/namespaces/istio-system/services/istio-ingressgateway']);
    assert.equal(tabs().length, 1);
  });

  it('is one for each service, and lets go of everything when it closes', async () => {
    const first = PredictPanel.open(parts(), source(() => undefined));
    const again = PredictPanel.open(parts(), source(() => undefined), { target: 'stable' });
    assert.equal(first, again);
    assert.equal(disposed, 1, 'the source that was not needed');
    assert.equal(listeners.length, 1);
    first.dispose();
    assert.equal(disposed, 2);
    assert.deepEqual(listeners, []);
  });

  it('survives a service that goes away while it is open', () => {
    const panel = PredictPanel.open(parts(), source(() => undefined));
    state = { kind: 'absent', reason: 'iris is not on playground any more.' };
    for (const listener of listeners) listener();
    panel.dispose();
  });
});
