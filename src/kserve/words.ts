/**
 * Rollouts, plans and progress in the words that every view shares: the same fact has the same words in tree, lens, hover, panel and
 * notification. Pure; `translate` puts arguments into `{0}` and may change the language.
 */
import type { Progress } from './follow.ts';
import type { Plan, Refusal, Share, VerbKind } from './plan.ts';
import type { Rollout, Trouble, Variant, Warning } from './rollout.ts';
import { variant } from './rollout.ts';

export type Translate = (message: string, ...args: readonly (string | number)[]) => string;

const thin = '\u2009';

export interface Words {
  /** `10 %` with a thin space. */
  percent(value: number): string;
  /** `canary 10 % · stable 90 %`, `100 % · model-2`: the state for lens, row and hover. */
  state(rollout: Rollout): string;
  /** The same for a narrow row: `canary 10 %`. */
  stateShort(rollout: Rollout): string;
  /** `10 % · canary · model-2`: what a revision's row says behind its name. */
  variant(of: Variant): string;
  /** `canary, revision 00002, 10 percent, ready, model-2`: for screen readers. */
  variantAloud(of: Variant): string;
  role(of: Variant): string;
  trouble(trouble: Trouble): string;
  warning(warning: Warning): string;
  /** The same for a narrow row; '' where the row's state says it already. */
  warningShort(warning: Warning): string;
  verb(kind: VerbKind): string;
  /** `Promote sklearn-iris to model-2?` */
  question(plan: Plan): string;
  /** `Traffic: 00002 10 → 100 %, 00001 90 → 0 %`. */
  traffic(plan: Plan): string;
  refusal(refusal: Refusal): string;
  /** What is going on, for the lens and the row: `promoting: 1 of 2 pods ready`. */
  progress(plan: Plan, progress: Progress): string;
  /** The end in one sentence: `00002 serves 100 % of sklearn-iris`. */
  outcome(plan: Plan, progress: Progress): string;
  /** What is asked for, in a commit message's words. */
  summary(plan: Plan): string;
}

/** The last part of a model URI: `model-2` of `gs://bucket/sklearn/1.0/model-2`. */
export function modelName(uri: string | undefined): string | undefined {
  return uri?.replace(/\/+$/, '').split('/').at(-1);
}

/** `00002` of `sklearn-iris-predictor-00002`. */
function shortRevision(name: string): string {
  return /-(\d{5,})$/.exec(name)?.[1] ?? name;
}

export function createWords(t: Translate): Words {
  const percent = (value: number): string => `${String(value)}${thin}%`;
  const join = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join(' · ');

  function role(of: Variant): string {
    switch (of.role) {
      case 'stable': return t('stable');
      case 'canary': return t('canary');
      case 'starting': return of.trouble ? t('failing') : t('starting');
      case 'previous': return t('previous');
      case 'superseded': return t('superseded');
    }
  }

  function troubleKind({ kind }: Trouble): string {
    switch (kind) {
      case 'load': return t('cannot load its model');
      case 'crash': return t('its model server crashes');
      case 'image': return t('cannot pull its image');
      case 'schedule': return t('no node can run its pod');
      case 'config': return t('its container cannot be created');
      case 'revision': return t('cannot get ready');
      case 'service': return t('KServe cannot apply it');
    }
  }

  function troubleWords(trouble: Trouble): string {
    return withDetail(troubleKind(trouble), trouble.detail);
  }

  function withDetail(what: string, detail: string): string {
    return detail === '' ? what : `${what}: ${detail}`;
  }

  function state(rollout: Rollout): string {
    const stable = variant(rollout, 'stable');
    const canary = variant(rollout, 'canary');
    const starting = variant(rollout, 'starting');
    switch (rollout.phase) {
      case 'canary':
        return canary?.routed === 0
          ? join(t('canary {0} (no live traffic)', percent(0)), stable && t('stable {0}', percent(stable.routed ?? 0)))
          : join(canary && t('canary {0}', percent(canary.routed ?? 0)), stable && t('stable {0}', percent(stable.routed ?? 0)));
      case 'stable':
        if (rollout.api === 'Standard') return join(percent(100), modelName(rollout.spec.modelUri), t('Standard mode'));
        if (rollout.api === 'None') return t('not split by KServe');
        return join(percent(100), stable?.shortName, modelName(stable?.modelUri));
      case 'failing': {
        const why = starting?.trouble ?? rollout.trouble;
        const who = starting?.trouble ? t('canary failing: {0}', starting.shortName) : t('failing:');
        const text = why === undefined ? who : `${who} ${troubleKind(why)}`;
        return stable && starting ? join(text, t('{0} still serves {1}', stable.shortName, percent(stable.routed ?? 0))) : text;
      }
      case 'deploying': return starting ? join(t('deploying'), t('{0} is starting', starting.shortName)) : t('deploying');
      case 'changing': return starting
        ? join(t('changing: {0} is starting', starting.shortName), stable && t('stable {0}', percent(stable.routed ?? 0)))
        : t('changing: the traffic is moving');
      case 'stopped': return t('stopped');
      case 'unknown': return t('unknown');
    }
  }

  function stateShort(rollout: Rollout): string {
    const canary = variant(rollout, 'canary');
    const stable = variant(rollout, 'stable');
    if (rollout.phase === 'canary' && canary) return canary.routed === 0 ? t('canary {0} (no live traffic)', percent(0)) : t('canary {0}', percent(canary.routed ?? 0));
    if (rollout.phase === 'stable' && stable) return join(percent(stable.routed ?? 100), stable.shortName);
    return state(rollout);
  }

  function shareNames(share: Share): string {
    return share.revision === null ? t('new revision') : shortRevision(share.revision);
  }

  function traffic(plan: Plan): string {
    if (plan.expected.stopped) return t('Traffic: none. The pods and the revisions of {0} are deleted.', plan.service.name);
    const names = new Map<string, { before: number | undefined; after: number }>();
    for (const share of plan.before) names.set(shareNames(share), { before: share.percent, after: 0 });
    for (const share of plan.expected.shares) {
      const name = shareNames(share);
      const known = names.get(name);
      names.set(name, { before: known?.before, after: (known?.after ?? 0) + share.percent });
    }
    const parts = [...names].map(([name, { before, after }]) => before === after ? `${name} ${percent(after)}` : before === undefined ? `${name} ${percent(after)}` : `${name} ${String(before)} → ${percent(after)}`);
    return t('Traffic: {0}', parts.join(', '));
  }

  function warning({ code, evidence }: Warning): string {
    const e = (key: string): string | number => evidence[key] ?? '';
    switch (code) {
      case 'same-model': return t('{0} and {1} hold the same model: rolling back would change nothing.', e('stable'), e('canary'));
      case 'zero-keeps-pods': return Number(e('pods')) === 1
        ? t('At {1} {0} keeps its pod running, with its memory and accelerators.', e('canary'), percent(0))
        : t('At {2} {0} keeps its {1} pods running, with their memory and accelerators.', e('canary'), e('pods'), percent(0));
      case 'zero-left-over': return t('canaryTrafficPercent is still 0: the next model gets no traffic either, until the percent is raised or removed.');
      case 'percent-ignored': return t('canaryTrafficPercent {0} is ignored in {1} mode: a new model takes all traffic at once.', percent(Number(e('percent'))), e('mode'));
      case 'percent-out-of-range': return t('canaryTrafficPercent {0} is outside 0 to 100: KServe accepts it, Knative refuses it, and nothing is rolled out.', e('percent'));
      case 'partial-rollback': return t('The model is the one that serves already: {0} of the traffic would go back to {1} ({2}).', percent(Number(e('percent'))), e('revision'), modelName(String(e('model'))) ?? '');
      case 'replaces-rollback-target': return t('The new revision holds the same model as {0} and takes its place: a later rollback would return to the same model.', e('revision'));
      case 'makes-revision': return t('The annotation changes the pod template: KServe starts a new revision with the same model.');
      case 'stop-forgets-revisions': return t('Stopping deletes all revisions: after Resume the canary’s model starts as the only one, with all traffic.');
      case 'abort-by-model': return t('At 0 % KServe would try to start {0} for ever: the earlier model is put back instead, as a new revision.', e('revision'));
      case 'cold-start': return t('{0} has no running pod: its first requests wait for a start.', e('revision'));
    }
  }

  function warningShort({ code }: Warning): string {
    switch (code) {
      case 'same-model': return t('prev holds the same model');
      case 'percent-ignored': return t('its percent is ignored');
      case 'percent-out-of-range': return t('percent out of range');
      default: return '';
    }
  }

  function verb(kind: VerbKind): string {
    switch (kind) {
      case 'start-canary': return t('Start Canary');
      case 'shift': return t('Shift');
      case 'promote': return t('Promote');
      case 'abort': return t('Abort Canary');
      case 'roll-back': return t('Roll Back');
      case 'tag-urls': return t('Enable Tagged URLs');
      case 'stop': return t('Stop');
      case 'resume': return t('Resume');
      case 'deploy': return t('Deploy');
      case 'apply': return t('Apply');
      case 'undo': return t('Undo');
    }
  }

  function question(plan: Plan): string {
    const name = plan.service.name;
    const newest = plan.expected.shares[0];
    const model = modelName(newest?.modelUri);
    const target = plan.expected.shares.find(({ percent: share }) => share === 100);
    switch (plan.verb.kind) {
      case 'start-canary': return model === undefined
        ? t('Start a canary of {0} with {1}?', name, percent(plan.verb.percent))
        : t('Start a canary of {0} with {1} for {2}?', name, percent(plan.verb.percent), model);
      case 'shift': return t('Shift {0} to {1} canary?', name, percent(plan.verb.percent));
      case 'promote': return model === undefined ? t('Promote {0}?', name) : t('Promote {0} to {1}?', name, model);
      case 'abort': return t('Abort the canary of {0} and go back to {1}?', name, target ? (target.revision === null ? (modelName(target.modelUri) ?? shareNames(target)) : shareNames(target)) : t('stable'));
      case 'roll-back': return t('Roll {0} back to {1}?', name, join(target && shareNames(target), modelName(target?.modelUri)));
      case 'tag-urls': return plan.verb.enabled ? t('Enable tagged URLs for {0}?', name) : t('Disable tagged URLs for {0}?', name);
      case 'stop': return t('Stop {0}?', name);
      case 'resume': return t('Resume {0}?', name);
      case 'deploy': return model === undefined ? t('Deploy {0}?', name) : t('Deploy {0} with {1}?', name, model);
      case 'apply': return t('Apply the file’s fields to {0}?', name);
      case 'undo': return t('Undo “{0}” on {1}?', verb(plan.verb.of), name);
    }
  }

  function refusal({ refused, evidence }: Refusal): string {
    const e = (key: string): string | number => evidence[key] ?? '';
    switch (refused) {
      case 'not-knative': return e('api') === 'Standard'
        ? t('This service runs in Standard mode, where KServe ignores canaryTrafficPercent: it cannot split traffic this way.')
        : t('This cluster does not split traffic for this service.');
      case 'no-canary': return t('There is no canary of {0} to act on.', e('service'));
      case 'nothing-to-roll-back-to': return t('Nothing to roll back to: no earlier revision of {0} with another model exists.', e('service'));
      case 'canary-not-ready': return t('{0} is not ready: promoted now, it would take all traffic by itself the moment it becomes ready. Wait for it, or abort the canary.', e('revision'));
      case 'other-model-in-file': return t('The file names {0}, but the canary that runs is {1} with {2}: promoting the file would release a model that was not tested. Start a canary of {0} first.', modelName(String(e('file'))) ?? '', e('revision'), modelName(String(e('canary'))) ?? '');
      case 'in-flight': return t('{0} does not serve yet: wait until it is deployed.', e('service'));
      case 'percent-range': return t('{0} is not a whole number from 0 to 100.', e('percent'));
      case 'nothing-to-change': return t('Nothing to change: the cluster is as asked already.');
      case 'stopped': return t('The service is stopped. Resume it first.');
      case 'not-stopped': return t('{0} is not stopped.', e('service'));
      case 'already-there': return t('{0} exists already.', e('service'));
      case 'no-storage-uri': return t('The cluster’s {0} does not name its model by storageUri: change the model in its manifest, and apply that with kubectl.', e('service'));
      case 'shift-to-hundred': return t('100 % is a promotion, and lasting: the next model would take all traffic at once. Use Promote.');
    }
  }

  function doing(plan: Plan): string {
    switch (plan.verb.kind) {
      case 'start-canary': return t('starting canary');
      case 'shift': return t('shifting');
      case 'promote': return t('promoting');
      case 'abort': return t('aborting');
      case 'roll-back': return t('rolling back');
      case 'tag-urls': return t('changing tagged URLs');
      case 'stop': return t('stopping');
      case 'resume': return t('resuming');
      case 'deploy': return t('deploying');
      case 'apply': return t('applying');
      case 'undo': return t('undoing');
    }
  }

  function progress(plan: Plan, at: Progress): string {
    switch (at.state) {
      case 'applied': return doing(plan);
      case 'starting': {
        const pods = at.pods && at.pods.total > 0 ? t('{0} of {1} pods ready', at.pods.ready, at.pods.total) : t('waiting for a pod');
        return `${doing(plan)}: ${join(at.revision, pods)}`;
      }
      case 'shifting': return `${doing(plan)}: ${t('the traffic is moving')}`;
      case 'stalled': return `${doing(plan)}: ${[at.revision, troubleKind(at.trouble)].filter((part) => part !== undefined).join(' ')}`;
      case 'overtaken': return `${doing(plan)}: ${t('changed by somebody else')}`;
      case 'settled': return outcome(plan, at);
    }
  }

  function outcome(plan: Plan, at: Progress): string {
    const name = plan.service.name;
    switch (at.state) {
      case 'settled': {
        if (plan.expected.stopped) return t('{0} is stopped.', name);
        const serving = at.shares.filter(({ percent: share }) => share > 0);
        const [only] = serving;
        if (!only) return t('{0} serves.', name);
        const said = serving.length === 1
          ? t('{0} serves {1} of {2}.', shareNames(only), percent(only.percent), name)
          : t('{0} now splits {1}.', name, serving.map((share) => `${shareNames(share)} ${percent(share.percent)}`).join(', '));
        return at.coldStart === undefined ? said : `${said} ${t('{0} has no running pod yet: the first request waits for a start.', at.coldStart)}`;
      }
      case 'stalled': return t('{0} of {1} waits: {2}', verb(plan.verb.kind), name, [at.revision, troubleWords(at.trouble)].filter((part) => part !== undefined).join(' '));
      case 'overtaken': return t('{0} of {1} was overtaken: somebody else changed the service meanwhile.', verb(plan.verb.kind), name);
      default: return progress(plan, at);
    }
  }

  function summary(plan: Plan): string {
    const was = plan.facts.percent === null ? '' : ` (${t('was {0}', percent(plan.facts.percent))})`;
    return `${question(plan).replace(/\?$/, '')}${was}`;
  }

  return {
    percent,
    state,
    stateShort,
    role,
    variant: (of) => join(of.routed === undefined ? undefined : percent(of.routed), role(of), modelName(of.modelUri), of.trouble && troubleWords(of.trouble)),
    variantAloud: (of) => [
      role(of),
      t('revision {0}', of.shortName),
      of.routed === undefined ? t('no traffic') : t('{0} percent', of.routed),
      of.trouble ? troubleWords(of.trouble) : of.ready ? t('ready') : t('not ready'),
      modelName(of.modelUri),
    ].filter((part) => part !== undefined).join(', '),
    trouble: troubleWords,
    warning,
    warningShort,
    verb,
    question,
    traffic,
    refusal,
    progress,
    outcome,
    summary,
  };
}
