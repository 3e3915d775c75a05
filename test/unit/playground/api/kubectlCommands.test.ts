import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPlayground } from '../../../../src/playground/playground.ts';
import { type Binary, findKubectls, run, start } from './kubectlBinaries.ts';
import { type Session, type Step, STEPS } from './kubectlSteps.ts';

/** As many at once as keep two processors busy. */
const AT_ONCE = 3;

/** What an editor would do: it adds an annotation. */
const EDITOR = `import { readFileSync, writeFileSync } from 'node:fs';
const file = process.argv.at(-1);
writeFileSync(file, readFileSync(file, 'utf8').replace('  annotations:\\n', '  annotations:\\n    edited: "yes"\\n'));
`;

async function attempt({ run: perform }: Step, session: Session): Promise<Error | undefined> {
  try {
    await perform(session);
    await session.playground.settled();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** What went wrong with each step, undefined when nothing did. */
async function runSteps({ file }: Binary): Promise<Map<Step, Error | undefined>> {
  const folder = await mkdtemp(join(tmpdir(), 'kubectl-'));
  const kubeconfig = join(folder, 'config');
  const playground = await startPlayground({ scale: 0, kubeconfig });
  try {
    const editor = join(folder, 'editor.mjs');
    await writeFile(editor, EDITOR);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      KUBECONFIG: kubeconfig,
      KUBECACHEDIR: join(folder, 'cache'),
      KUBE_EDITOR: `${process.execPath} ${editor}`,
    };
    const split = (args: string | readonly string[]): readonly string[] => (typeof args === 'string' ? args.split(' ') : args);
    const kubectl: Session['kubectl'] = (args, input) => run(file, split(args), env, input);
    const session: Session = {
      playground,
      kubectl,
      start: (args) => start(file, split(args), env),
      out: async (args, input) => {
        const { code, stdout, stderr } = await kubectl(args, input);
        assert.equal(code, 0, `kubectl ${split(args).join(' ')}: ${stdout}${stderr}`);
        return stdout;
      },
      refused: async (args, input) => {
        const { code, stdout, stderr } = await kubectl(args, input);
        assert.notEqual(code, 0, `kubectl ${split(args).join(' ')} succeeded: ${stdout}${stderr}`);
        return stderr;
      },
    };
    const outcomes = new Map<Step, Error | undefined>();
    for (const step of STEPS) {
      outcomes.set(step, await attempt(step, session));
    }
    return outcomes;
  } finally {
    await playground.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The runs of all binaries, a few at once, from the first one that is asked for on. */
function runsOf(binaries: readonly Binary[]): (binary: Binary) => Promise<Map<Step, Error | undefined>> {
  const runs = new Map<Binary, Promise<Map<Step, Error | undefined>>>();
  const next = (): void => {
    const waiting = binaries.find((binary) => !runs.has(binary));
    if (waiting !== undefined) {
      const running = runSteps(waiting);
      runs.set(waiting, running);
      void running.catch(() => undefined).finally(next);
    }
  };
  return async (binary) => {
    if (runs.size === 0) {
      binaries.slice(0, AT_ONCE).forEach(next);
    }
    for (;;) {
      const run = runs.get(binary);
      if (run !== undefined) {
        return run;
      }
      await Promise.any([...runs.values()].map((other) => other.catch(() => undefined)));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
}

describe('playground API: the commands of kubectl', function () {
  this.timeout(120_000);
  const binaries = findKubectls();
  const outcomesOf = runsOf(binaries);

  for (const binary of binaries) {
    describe(binary.name, () => {
      for (const step of STEPS) {
        it(step.name, async () => {
          const problem = (await outcomesOf(binary)).get(step);
          if (problem !== undefined) {
            throw problem;
          }
        });
      }
    });
  }

  if (binaries.length === 0) {
    for (const { name } of STEPS) {
      it.skip(`${name} (no kubectl on the PATH)`);
    }
  }
});
