import * as vscode from 'vscode';
import { variant, type Rollout } from '../../kserve/rollout.ts';
import { modelName } from '../../kserve/words.ts';

const t = vscode.l10n.t;

/** A whole number of percent from 0 to 99; undefined = cancelled. */
export async function askPercent(title: string, value: number): Promise<number | undefined> {
  const answer = await vscode.window.showInputBox({
    title,
    prompt: t('Percent of the live traffic for the canary (0 to 99). At 0 it has none, and keeps its pods.'),
    value: String(value),
    validateInput: (text) => /^\d{1,2}$/.test(text.trim()) ? undefined : t('A whole number from 0 to 99. To give it everything, promote it.'),
  });
  return answer === undefined ? undefined : Number(answer.trim());
}

/** The new model's URI; undefined = cancelled. */
export async function askModel(rollout: Rollout): Promise<string | undefined> {
  const current = rollout.spec.modelUri ?? '';
  const known = [...new Set(rollout.variants.map(({ modelUri }) => modelUri).filter((uri) => uri !== undefined))];
  const answer = await vscode.window.showInputBox({
    title: t('Start Canary of {0}', rollout.service.name),
    prompt: known.length > 1 ? t('Storage URI of the new model. Seen before: {0}', known.map((uri) => modelName(uri)).join(', ')) : t('Storage URI of the new model'),
    value: current,
    valueSelection: [current.lastIndexOf('/') + 1, current.length],
    validateInput: (text) => {
      if (text.trim() === '') return t('The storage URI of a model, such as gs://bucket/model-2');
      return text.trim() === variant(rollout, 'stable')?.modelUri
        ? { message: t('This model serves already: a canary of it compares nothing, and may bring an older one back.'), severity: vscode.InputBoxValidationSeverity.Warning }
        : undefined;
    },
  });
  return answer?.trim();
}

/** Whether tagged URLs come with the canary; undefined = cancelled. */
export async function askTagged(rollout: Rollout, makesRevision: boolean): Promise<boolean | undefined> {
  if (rollout.spec.tagged) return false;
  const picked = await vscode.window.showQuickPick([
    {
      label: t('With tagged URLs'),
      detail: makesRevision
        ? t('The canary can be tested alone at latest-…; turned on later they would make one more revision.')
        : t('The canary can be tested alone at latest-…; the annotation makes a new revision with the same model.'),
      tagged: true,
    },
    { label: t('Without tagged URLs'), detail: t('Only the stable revision has an address of its own (prev-…).'), tagged: false },
  ], { title: t('Start Canary of {0}', rollout.service.name), placeHolder: t('How will the canary be tested in isolation?') });
  return picked?.tagged;
}
