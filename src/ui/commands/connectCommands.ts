import * as vscode from 'vscode';
import { healthError } from '../../rollout/liveCluster.ts';
import type { Bundles } from '../bundles.ts';
import { messageOf } from '../errors.ts';
import type { PlaygroundProcess } from '../playgroundProcess.ts';
import type { Session } from '../session.ts';
import { section, settings } from '../settings.ts';
import { viewId } from '../tree/servicesTree.ts';
import { commands } from './names.ts';

const t = vscode.l10n.t;

export interface ConnectCommandParts {
  readonly session: Session;
  readonly bundles: Bundles;
  readonly playground: PlaygroundProcess;
  readonly extensionUri: vscode.Uri;
}

/** The commands that choose what the window is connected to. */
export function registerConnectCommands({ session, bundles, playground, extensionUri }: ConnectCommandParts): vscode.Disposable {
  const on = (id: string, act: () => Promise<void>): vscode.Disposable => vscode.commands.registerCommand(id, act);
  return vscode.Disposable.from(
    on(commands.connect, async () => {
      const error = session.health && healthError(session.health)?.kind;
      // A retry asks with the same credentials.
      if (error === 'unauthorized' || error === 'credentials') await session.reconnect();
      else if (session.connected) session.connected.live.retry();
      else await session.ensureConnected();
    }),
    // A new connection runs the credential plugin again, which a retry of the old one does not.
    on(commands.signIn, () => session.reconnect()),
    on(commands.openPlayground, async () => {
      await vscode.commands.executeCommand(`${viewId}.focus`);
      await vscode.window.withProgress({ location: { viewId }, title: t('Starting the playground…') }, async () => {
        try {
          await session.connect({ kubeconfig: await playground.start() });
        } catch (error) {
          void vscode.window.showErrorMessage(t('The playground did not start: {0}', messageOf(error)));
        }
      });
    }),
    on(commands.openSample, async () => {
      const sample = vscode.Uri.joinPath(extensionUri, 'samples', 'sklearn-iris.yaml');
      const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(sample));
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'yaml', content: text }));
    }),
    on(commands.switchContext, async () => {
      const kubeconfig = settings.kubeconfig();
      try {
        const { contexts } = await bundles.kube().listContexts(kubeconfig === undefined ? {} : { kubeconfig });
        const now = session.connected?.connection.identity.context;
        const picked = await vscode.window.showQuickPick(
          contexts.map(({ name, server, namespace }) => ({ label: name, description: name === now ? t('this window') : '', detail: [server, namespace].filter((part) => part).join(' · ') })),
          { title: t('Context for this window'), placeHolder: t('kubectl’s own current-context is not changed') },
        );
        if (picked) await session.connect({ context: picked.label });
      } catch (error) {
        void vscode.window.showErrorMessage(messageOf(error));
      }
    }),
    on(commands.chooseKubeconfig, async () => {
      const [file] = await vscode.window.showOpenDialog({ title: t('Choose a kubeconfig file'), openLabel: t('Use This File') }) ?? [];
      if (!file) return;
      await vscode.workspace.getConfiguration(section).update('kubeconfig', file.fsPath, vscode.ConfigurationTarget.Global);
      await session.connect({});
    }),
    on(commands.chooseNamespace, async () => {
      const { connected } = session;
      if (!connected) return;
      const own = connected.connection.identity.namespace;
      const seen = new Set([own, ...connected.live.keys.map((key) => key.slice(0, key.indexOf('/')))]);
      const all = t('All namespaces');
      const other = t('Another namespace…');
      const picked = await vscode.window.showQuickPick([all, ...[...seen].toSorted((a, b) => a.localeCompare(b)), other], { title: t('Namespace shown in this window') });
      if (picked === undefined) return;
      const namespace = picked === other ? await vscode.window.showInputBox({ title: t('Namespace shown in this window'), value: own }) : picked;
      if (namespace) await session.showNamespace(namespace === all ? undefined : namespace);
    }),
  );
}
