/** What the name of a model's source asks for, as in the project's emulated control plane. */
export interface Wish {
  /** `broken`: the storage initializer finds no model. `crash`: the model server exits. */
  trouble: 'broken' | 'crash' | undefined;
  /** `slow-20`: it takes so many ms to load. */
  loadTime: number | undefined;
}

export function wishOf(source: string): Wish {
  const [, seconds] = /slow-(\d+)/.exec(source) ?? [];
  return {
    trouble: source.includes('broken') ? 'broken' : source.includes('crash') ? 'crash' : undefined,
    loadTime: seconds === undefined ? undefined : Number(seconds) * 1000,
  };
}

/** What a revision's pods are told to do, whatever the name of their model's source says. */
export type Trouble = 'storage' | 'crash' | 'slow' | 'none';

/** `slow` takes as long to load as in the recordings of a slow model. */
const slowLoad = 15_000;

export function wishFor(trouble: Trouble): Wish {
  switch (trouble) {
    case 'storage':
      return { trouble: 'broken', loadTime: undefined };
    case 'crash':
      return { trouble: 'crash', loadTime: undefined };
    case 'slow':
      return { trouble: undefined, loadTime: slowLoad };
    case 'none':
      return { trouble: undefined, loadTime: undefined };
  }
}

/** What KServe's storage initializer prints when it finds no model. */
export function storageFailure(source: string): string {
  const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
  const line = (level: string, place: number, words: string): string =>
    `${time} 1 kserve ${level} [initializer-entrypoint:<module>():${place}] ${words}\n`;
  return (
    line('INFO', 17, `Initializing, args: (src_uri, dest_path): [('${source}', '/mnt/models')]`) +
    line('ERROR', 29, `Storage initialization failed: Failed to fetch model. No model found in ${source}.`)
  );
}

/** What a scikit-learn server prints that cannot unpickle its model. */
export const crashTrace =
  'Traceback (most recent call last):\n  File "/sklearnserver/sklearnserver/__main__.py", line 34, in <module>\n' +
  "    model.load()\nModuleNotFoundError: No module named 'sklearn.linear_model.logistic'\n";
