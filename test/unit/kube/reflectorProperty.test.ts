import assert from 'node:assert/strict';
import fc from 'fast-check';
import { connectTo, hasty, Recorder } from './support/connections.ts';
import { asRecord, FakeCluster, type Fault, valueOf } from './support/fakeCluster.ts';
import { startServer } from './support/server.ts';

type Step =
  | { readonly do: 'put'; readonly name: string; readonly value: string }
  | { readonly do: 'remove'; readonly name: string }
  | { readonly do: 'fault'; readonly fault: Fault }
  | { readonly do: 'cut' | 'end' | 'compact' | 'mute' | 'bookmark' | 'expire' | 'garbage' | 'replay' | 'breathe' };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const fault = fc.constantFrom<Fault>('drop', '500', '429', '410', 'garbage', 'end', 'error-410', 'error-500', 'half-line', 'mute', 'split', 'repeat', 'page');

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('put' as const), name, value: fc.string({ unit: 'grapheme', maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), name }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('fault' as const), fault }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'end' as const, 'compact' as const, 'mute' as const, 'bookmark' as const, 'expire' as const, 'garbage' as const, 'replay' as const) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('breathe' as const) }) },
);

/** Lets the sockets of both sides have their turn. */
async function breathe(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('kube: reflector under random changes and faults', () => {
  it('ends with what the server has, and so does who adds up its batches', async function () {
    this.timeout(60_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const cluster = new FakeCluster();
        const faults: Fault[] = [];
        cluster.fault = () => faults.shift();
        const server = await startServer(cluster.handle);
        const connection = connectTo(server.url, { tuning: { ...hasty, pageSize: 2, silence: 30, tooShort: 0 } });
        const recorder = new Recorder<string>();
        const seen: string[] = [];
        try {
          const reflector = connection.reflect({ groupVersion: 'api/v1', plural: 'things' }, valueOf, recorder);
          for (const command of steps) {
            switch (command.do) {
              case 'put':
                cluster.put(command.name, command.value);
                break;
              case 'remove':
                cluster.remove(command.name);
                break;
              case 'fault':
                faults.push(command.fault);
                break;
              case 'cut':
                server.cut();
                break;
              case 'end':
                cluster.endWatches();
                break;
              case 'compact':
                cluster.compact();
                break;
              case 'mute':
                cluster.mute();
                break;
              case 'bookmark':
                cluster.bookmark();
                break;
              case 'expire':
                cluster.say(`${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } })}\n`);
                break;
              case 'garbage':
                cluster.say('\u0000nonsense\n');
                break;
              case 'replay':
                for (const object of cluster.objects.values()) cluster.say(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
                break;
              case 'breathe':
                await breathe();
            }
            seen.push(command.do);
          }
          faults.length = 0;
          cluster.put('last', seen.join(' '));
          await recorder.until(() => JSON.stringify(asRecord(reflector.items)) === JSON.stringify(cluster.values()));
          await recorder.until(() => reflector.health.state === 'live');
          // Equal for a moment is not enough: what still comes must not change it.
          await breathe();
          assert.deepEqual(asRecord(reflector.items), cluster.values());
          assert.deepEqual(asRecord(recorder.copy), cluster.values());
        } finally {
          connection.dispose();
          await server.until(() => server.open === 0);
          await server.close();
        }
      }),
      // A wrong reflector never becomes equal: without the time limit, nobody would see the example.
      { numRuns: 200, timeout: 10_000, endOnFailure: true },
    );
  });
});
