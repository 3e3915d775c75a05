import { fieldEdits } from '../../kserve/facts.ts';
import type { Plan } from '../../kserve/plan.ts';
import type { Edit, ManifestDocument } from '../../manifest/types.ts';

/** A plan's fields as edits of a manifest, which keeps its own shape: its `storageUri` may stand elsewhere than in the stored object. */
export function manifestEdits(manifest: ManifestDocument, plan: Pick<Plan, 'component' | 'change'>): readonly Edit[] {
  const modelPath = manifest.components.find(({ name }) => name === plan.component)?.paths.modelUri;
  return fieldEdits(plan, '').map(({ path, value }): Edit => {
    const where = path.at(-1) === 'storageUri' ? (modelPath ?? path) : path;
    return value === null ? { op: 'remove', path: where } : { op: 'set', path: where, value };
  });
}
