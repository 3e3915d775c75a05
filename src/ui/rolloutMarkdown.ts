import * as vscode from 'vscode';
import type { Health } from '../kube/types.ts';
import type { InferenceService } from '../kserve/objects.ts';
import { variant, type Rollout } from '../kserve/rollout.ts';
import { modelName, type Words } from '../kserve/words.ts';
import type { JournalEntry } from '../rollout/journal.ts';
import { commands } from './commands/names.ts';
import { commandLink, escaped } from './markdown.ts';
import { offeredVerbs } from './verbs.ts';
import type { Target } from './target.ts';

const t = vscode.l10n.t;

export interface RolloutMarkdownInput {
  readonly context: string;
  readonly service: InferenceService;
  readonly rollout: Rollout;
  readonly health: Health;
  readonly words: Words;
  /** What this window did last. */
  readonly last?: JournalEntry | undefined;
  /** Where there are links: openers and verbs, and a verb shows its plan before it acts. */
  readonly target?: Target;
}

/** The live split as a table: for the hover and for the row's tooltip. */
export function rolloutMarkdown({ context, service, rollout, health, words, last, target }: RolloutMarkdownInput): vscode.MarkdownString {
  const lines: string[] = [
    `**${escaped(service.ref.name)}** · ${rollout.component} · ${escaped(`${context}/${service.ref.namespace}`)} — **${escaped(words.state(rollout))}**${since(last)}`,
    `*${healthWords(health)}*`,
  ];
  if (rollout.variants.length > 0) {
    const table = rollout.variants.map((of) => {
      const cells = [
        words.role(of),
        of.routed === undefined ? '–' : words.percent(of.routed),
        of.shortName,
        modelName(of.modelUri) ?? '–',
        of.pods ? t('{0} of {1}', of.pods.ready, of.pods.total) : '–',
        of.url === undefined ? '–' : shortHost(of.url),
      ];
      return row(cells);
    });
    lines.push([row(['', t('share'), t('revision'), t('model'), t('pods'), t('address')]), '|:--|--:|:--|:--|:--|:--|', ...table].join('\n'));
  }
  for (const of of rollout.variants) if (of.trouble) lines.push(`$(error) ${escaped(`${of.shortName}: ${words.trouble(of.trouble)}`)}`);
  if (rollout.trouble) lines.push(`$(error) ${escaped(words.trouble(rollout.trouble))}`);
  for (const warning of rollout.warnings) lines.push(`$(warning) ${escaped(words.warning(warning))}`);
  if (target) lines.push(links(rollout, target));
  const markdown = new vscode.MarkdownString(lines.filter((line) => line !== '').join('\n\n'), true);
  markdown.isTrusted = { enabledCommands: [commands.test, commands.reveal, ...Object.values(commands.verbs)] };
  markdown.supportHtml = false;
  return markdown;
}

/** The editor's tables have no space between their columns. */
function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => `${escaped(cell)}&nbsp;&nbsp;&nbsp;`).join(' | ')} |`;
}

function links(rollout: Rollout, target: Target): string {
  const sends = rollout.serving
    ? [
      ...(variant(rollout, 'canary') ? [commandLink(t('Send to Canary'), commands.test, { ...target, variant: 'canary' })] : []),
      commandLink(rollout.phase === 'canary' ? t('Send to Stable') : t('Send a Request'), commands.test, { ...target, variant: rollout.phase === 'canary' ? 'stable' : 'split' }),
    ]
    : [];
  const verbs = offeredVerbs(rollout).map((verb) => commandLink(verbLabel(verb), commands.verbs[verb], target));
  return [...sends, ...verbs].join(' · ');
}

function verbLabel(verb: ReturnType<typeof offeredVerbs>[number]): string {
  switch (verb) {
    case 'start-canary': return t('Start Canary…');
    case 'shift': return t('Shift…');
    case 'promote': return t('Promote…');
    case 'abort': return t('Abort Canary…');
    case 'roll-back': return t('Roll Back…');
    case 'resume': return t('Resume…');
  }
}

function since(last: JournalEntry | undefined): string {
  if (!last) return '';
  const minutes = Math.floor((Date.now() - last.at) / 60_000);
  if (minutes < 1) return `, ${t('changed by this window just now')}`;
  if (minutes < 120) return `, ${t('changed by this window {0} min ago', minutes)}`;
  return `, ${t('changed by this window on {0}', new Date(last.at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }))}`;
}

function healthWords(health: Health): string {
  switch (health.state) {
    case 'live': return t('live');
    case 'connecting': return t('reading…');
    case 'stale': return t('stale since {0}: {1}', new Date(health.since).toLocaleTimeString(), escaped(health.error.message));
    case 'failed': return escaped(health.error.message);
  }
}

/** The first label tells the tag and the service; the domain is the same for all and would make the table wrap. */
function shortHost(url: string): string {
  if (!URL.canParse(url)) return url;
  const [first = '', ...rest] = new URL(url).host.split('.');
  return rest.length === 0 ? first : `${first}.…`;
}
