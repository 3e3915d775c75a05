import * as vscode from 'vscode';
import { createWords } from './kserve/words.ts';
import { Journal } from './rollout/journal.ts';
import { createBundles } from './ui/bundles.ts';
import { registerConnectCommands } from './ui/commands/connectCommands.ts';
import { registerEditCommands } from './ui/commands/editCommands.ts';
import { registerOpenCommands } from './ui/commands/openCommands.ts';
import { registerVerbCommands } from './ui/commands/verbCommands.ts';
import { VerbRunner } from './ui/commands/verbRunner.ts';
import { HoverProvider } from './ui/editor/hover.ts';
import { LensProvider } from './ui/editor/lens.ts';
import { LiveDocuments } from './ui/editor/liveDocuments.ts';
import { Manifests } from './ui/editor/manifests.ts';
import { Following } from './ui/following.ts';
import { LiveSource } from './ui/panel/liveSource.ts';
import { PredictPanel } from './ui/panel/predictPanel.ts';
import { PlaygroundProcess } from './ui/playgroundProcess.ts';
import { Session } from './ui/session.ts';
import { settings } from './ui/settings.ts';
import { ServicesTree } from './ui/tree/servicesTree.ts';

/** The composition root: builds the parts, hands them to each other, registers them. No I/O, and nothing heavy is loaded. */
export function activate(context: vscode.ExtensionContext): void {
  const own = <T extends vscode.Disposable>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };
  const log = own(vscode.window.createOutputChannel('KServe Canary', { log: true }));
  const bundles = createBundles(require);
  const words = createWords((message, ...args) => vscode.l10n.t(message, ...args));
  const session = own(new Session(bundles, log));
  const following = own(new Following(session));
  const journal = new Journal(context.workspaceState);
  const manifests = new Manifests(bundles);
  const tree = own(new ServicesTree({ session, following, journal, words }));
  own(new LensProvider({ session, following, manifests, words }));
  own(new HoverProvider({ session, following, manifests, words, journal, bundles }));
  const liveDocuments = own(new LiveDocuments());
  const playground = own(new PlaygroundProcess(context.asAbsolutePath('dist/playground.js'), context.globalStorageUri.fsPath, log));
  const runnerParts = { session, following, manifests, bundles, journal, words, log };
  const runner = new VerbRunner(runnerParts);
  const panel = { extensionUri: context.extensionUri, predict: () => bundles.predict(), memento: context.workspaceState };
  own(registerConnectCommands({ session, bundles, playground, extensionUri: context.extensionUri }));
  own(registerVerbCommands({ ...runnerParts, runner, tree }));
  own(registerEditCommands({ manifests, runner }));
  own(registerOpenCommands({ ...runnerParts, runner, tree, panel, liveDocuments }));
  own(PredictPanel.registerSerializer(panel, (key) => new LiveSource(session, LiveSource.target(key))));
  if (settings.connectAtStartup()) void session.ensureConnected();
}
