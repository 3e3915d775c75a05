/**
 * The heavy parts lie in bundles of their own beside this one and are loaded when they are first needed: activation loads none.
 * What crosses a bundle is plain data or an Error with a `kind`: each bundle has its own copy of every class.
 */
export type KubeBundle = typeof import('../kube/index.ts');
export type ManifestBundle = typeof import('../manifest/index.ts');
export type PredictBundle = typeof import('../predict/index.ts');

export interface Bundles {
  kube(): KubeBundle;
  manifest(): ManifestBundle;
  predict(): PredictBundle;
}

/** `load` is the host's `require`, relative to this bundle's folder; it remembers what it loaded. */
export function createBundles(load: (name: string) => unknown): Bundles {
  return {
    kube: () => load('./kube.js') as KubeBundle,
    manifest: () => load('./manifest.js') as ManifestBundle,
    predict: () => load('./predict.js') as PredictBundle,
  };
}
