import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { Playground } from '../../../../src/playground/playground.ts';
import type { Outcome, Running } from './kubectlBinaries.ts';

/** One version of kubectl against a playground of its own. */
export interface Session {
  playground: Playground;
  /** Runs a command whatever comes of it; arguments are split at blanks. */
  kubectl: (args: string | readonly string[], input?: string) => Promise<Outcome>;
  /** The same, for one that goes on. */
  start: (args: string) => Running;
  /** The output of a command that must succeed. */
  out: (args: string | readonly string[], input?: string) => Promise<string>;
  /** The error output of a command that must fail. */
  refused: (args: string | readonly string[], input?: string) => Promise<string>;
}

export interface Step {
  name: string;
  run: (session: Session) => Promise<void>;
}

const SOURCE = 'gs://kfserving-examples/models/sklearn/1.0';
const DEFAULTER = 'admission webhook "inferenceservice.kserve-webhook-server.defaulter" denied the request';

interface Wanted {
  name?: string;
  model?: string;
  percent?: number | string;
  more?: object;
}

function manifest({ name = 'iris', model = 'model-1', percent, more = {} }: Wanted = {}): string {
  const canary = percent === undefined ? {} : { canaryTrafficPercent: percent };
  return JSON.stringify({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: { name, namespace: 'kserve-test' },
    spec: { predictor: { ...canary, ...more, model: { modelFormat: { name: 'sklearn' }, storageUri: `${SOURCE}/${model}` } } },
  });
}

function step(name: string, run: Step['run']): Step {
  return { name, run };
}

/** A command that must succeed and print what is wanted. */
function prints(args: string, wanted: RegExp | string, input?: () => string): Step {
  return step(args, async ({ out }) => {
    const text = await out(args, input?.());
    if (typeof wanted === 'string') {
      assert.equal(text, wanted);
    } else {
      assert.match(text, wanted);
    }
  });
}

/** A command that must fail and say what is wanted. */
function isRefused(name: string, args: string, wanted: RegExp, input?: () => string): Step {
  return step(name, async ({ refused }) => assert.match(await refused(args, input?.()), wanted));
}

async function predict({ playground }: Session): Promise<void> {
  const body = '{"instances":[[6.8,2.8,4.8,1.4],[6.0,3.4,4.5,1.6]]}';
  await new Promise<void>((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port: playground.gatewayPort,
      method: 'POST',
      path: '/v1/models/iris:predict',
      headers: { Host: 'iris.kserve-test.example.com', 'Content-Type': 'application/json' },
    });
    outgoing.on('response', (response) => response.resume().on('end', resolve));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const APPLY: readonly Step[] = [
  prints('apply -f -', /^inferenceservice.serving.kserve.io\/iris created$/m, () => manifest()),
  prints('wait --for=condition=Ready isvc/iris --timeout=15s', /iris condition met/),
  step('apply -f - twice', async ({ out }) => assert.match(await out('apply -f -', manifest()), /iris unchanged$/m)),
  prints('apply --dry-run=server -f -', /iris configured \(server dry run\)/, () => manifest({ model: 'model-2' })),
  step('diff -f -', async ({ kubectl, out }) => {
    const { code, stdout } = await kubectl('diff -f -', manifest({ model: 'model-2' }));
    assert.equal(code, 1);
    assert.match(stdout, /^-.*model-1$[^]*^\+.*model-2$/m);
    assert.equal(await out('diff -f -', manifest()), '');
  }),
  isRefused('apply of a percent of "abc"', 'apply -f -', new RegExp(`${DEFAULTER}: json: cannot unmarshal string into Go struct field PredictorSpec\\.spec\\.predictor\\.ComponentExtensionSpec\\.canaryTrafficPercent of type int64$`, 'm'), () => manifest({ percent: 'abc' })),
  isRefused('apply of a field that is not there', 'apply -f -', /strict decoding error: unknown field "spec\.predictor\.nope"/, () => manifest({ more: { nope: 1 } })),
  isRefused('apply of a metric that is not there', 'apply -f -', /is invalid: spec\.predictor\.scaleMetric: Unsupported value: "x": supported values: "cpu", "memory", "concurrency", "rps"/, () => manifest({ more: { scaleMetric: 'x' } })),
  isRefused('apply of too many pods', 'apply -f -', /validator" denied the request: 'MinReplicas' cannot be greater than MaxReplicas/, () => manifest({ more: { minReplicas: 3, maxReplicas: 2 } })),
  step('apply of a percent of 150, which Knative refuses', async ({ out, playground }) => {
    assert.match(await out('apply -f -', manifest({ name: 'toomuch' })), /created/);
    await playground.settled();
    assert.match(await out('apply -f -', manifest({ name: 'toomuch', model: 'model-2', percent: 150 })), /configured/);
    await playground.settled();
    assert.match(await out('describe isvc toomuch'), /expected 0 <= 150 <= 100/);
  }),
];

const SERVER_SIDE: readonly Step[] = [
  prints('apply --server-side -f -', /applied serverside-applied/, () => manifest({ name: 'applied', percent: 10 })),
  step('apply --server-side twice', async ({ out, playground }) => {
    await playground.settled();
    const version = (): Promise<string> => out('get isvc applied -o jsonpath={.metadata.resourceVersion}');
    const before = await version();
    assert.match(await out('apply --server-side -f -', manifest({ name: 'applied', percent: 10 })), /applied serverside-applied/);
    assert.equal(await version(), before);
  }),
  prints('apply --server-side --dry-run=server -f -', /serverside-applied \(server dry run\)/, () => manifest({ name: 'applied', percent: 20 })),
  isRefused('apply --server-side by another manager', 'apply --server-side --field-manager=other -f -', /Apply failed with 1 conflict: conflict with "kubectl": \.spec\.predictor\.canaryTrafficPercent/, () => manifest({ name: 'applied', percent: 20 })),
  prints('apply --server-side --field-manager=other --force-conflicts -f -', /serverside-applied/, () => manifest({ name: 'applied', percent: 20 })),
  prints('diff --server-side --field-manager=other -f -', '', () => manifest({ name: 'applied', percent: 20 })),
  prints('get isvc applied -o yaml --show-managed-fields', /f:canaryTrafficPercent: \{\}[^]*manager: other\n +operation: Apply/),
  step('apply --server-side of what was applied client-side', async ({ out }) => {
    assert.match(await out('apply --server-side -f -', manifest()), /serverside-applied/);
    assert.match(await out('apply --server-side -f -', manifest({ more: { minReplicas: 1 } })), /serverside-applied/);
    assert.match(await out('apply --server-side -f -', manifest()), /serverside-applied/);
    assert.equal(await out('get isvc iris -o jsonpath={.spec.predictor.minReplicas}'), '');
  }),
];

const GET: readonly Step[] = [
  prints('get isvc iris', /^NAME +URL +READY +PREV +LATEST +PREVROLLEDOUTREVISION +LATESTREADYREVISION +AGE\niris +http:\/\/iris\.kserve-test\.example\.com +True +100 /),
  prints('get pods -o wide', /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n\S+ +2\/2 +Running +0 /),
  prints('get isvc iris -o yaml', /^kind: InferenceService$/m),
  prints('get isvc iris -o json', /"kind": "InferenceService"/),
  prints('get isvc iris -o jsonpath={.status.components.predictor.traffic[0].percent}', '100'),
  prints('get isvc iris -o custom-columns=N:.metadata.name,M:.spec.predictor.model.modelFormat.name', /^N +M\niris +sklearn\n$/),
  prints('get isvc iris -o name', 'inferenceservice.serving.kserve.io/iris\n'),
  prints('get isvc -A', /^NAMESPACE +NAME [^]*^kserve-test +iris /m),
  prints('get pods -l serving.kserve.io/inferenceservice=iris -o name', /^pod\/iris-predictor-00001-deployment-\S+\n$/),
  prints('get isvc --field-selector metadata.name=iris -o name', 'inferenceservice.serving.kserve.io/iris\n'),
  prints('get isvc --field-selector metadata.name!=iris -o name', /^(?!.*\/iris$)/m),
  prints('get pods --field-selector status.phase=Pending -o name', ''),
  prints('get ksvc,revisions,deploy,configmaps -A --chunk-size=1', /service.serving.knative.dev\/iris-predictor [^]*revision.serving.knative.dev\/iris-predictor-00001 [^]*deployment.apps\/iris-/),
  isRefused('get of a name that is not there', 'get isvc nothing', /Error from server \(NotFound\): inferenceservices.serving.kserve.io "nothing" not found/),
  isRefused('get of a kind that is not there', 'get nonsense', /the server doesn't have a resource type "nonsense"/),
  step('get isvc iris -w', async ({ start, out }) => {
    const watching = start('get isvc iris -w -L seen');
    try {
      await watching.prints(/^iris .*\n/m);
      await out('label isvc iris seen=yes');
      await watching.prints(/^iris .*yes\n/m);
    } finally {
      await watching.end();
    }
  }),
];

const CHANGE: readonly Step[] = [
  step('patch --type merge', async ({ out }) => {
    assert.match(await out(['patch', 'isvc', 'iris', '--type', 'merge', '-p', '{"metadata":{"labels":{"merged":"yes"}}}']), /iris patched$/m);
  }),
  step('patch --type json', async ({ out }) => {
    const operations = '[{"op":"test","path":"/metadata/labels/merged","value":"yes"},{"op":"remove","path":"/metadata/labels/merged"}]';
    assert.match(await out(['patch', 'isvc', 'iris', '--type', 'json', '-p', operations]), /iris patched$/m);
  }),
  step('patch --type strategic', async ({ refused }) => {
    const wanted = /application\/strategic-merge-patch\+json is not supported by serving.kserve.io\/v1beta1, Kind=InferenceService/;
    assert.match(await refused(['patch', 'isvc', 'iris', '-p', '{"metadata":{"labels":{"a":"b"}}}']), wanted);
  }),
  step('patch of a deployment, which may be strategic', async ({ out }) => {
    assert.match(await out(['patch', 'ns', 'kserve-test', '-p', '{"metadata":{"labels":{"a":"b"}}}']), /kserve-test patched$/m);
  }),
  step('edit', async ({ out }) => {
    assert.match(await out('edit isvc iris'), /iris edited$/m);
    assert.equal(await out('get isvc iris -o jsonpath={.metadata.annotations.edited}'), 'yes');
  }),
  step('replace', async ({ out, refused, playground }) => {
    await playground.settled();
    const live = await out('get isvc iris -o json');
    assert.match(await out('replace -f -', live.replace('"edited": "yes"', '"edited": "again"')), /iris replaced$/m);
    assert.match(await refused('replace -f -', live), /Error from server \(Conflict\)[^]*the object has been modified; please apply your changes to the latest version and try again/);
  }),
  prints('label isvc iris team=a', /iris labeled$/m),
  prints('annotate isvc iris note=b', /iris annotated?$/m),
  prints('create namespace made', 'namespace/made created\n'),
  prints('create configmap made --from-literal=a=b', 'configmap/made created\n'),
  prints('create -f -', /created created$/m, () => manifest({ name: 'created' })),
  isRefused('create of what is there', 'create -f -', /Error from server \(AlreadyExists\): error when creating "STDIN": inferenceservices.serving.kserve.io "created" already exists/, () => manifest({ name: 'created' })),
  prints('delete isvc created --wait', /"created" deleted/),
  isRefused('get of what was deleted', 'get isvc created', /"created" not found/),
  prints('delete namespace made', /"made" deleted/),
];

const LOOK: readonly Step[] = [
  prints('describe isvc iris', /Storage Uri: +gs:\/\/[^]*Events:[^]*InferenceServiceReady/),
  prints('describe pods', /Containers:\n +kserve-container:[^]*Conditions:[^]*Ready +True/),
  prints('describe deploy', /Replicas: +1 desired \| 1 updated \| 1 total \| 1 available/),
  step('logs', async (session) => {
    await predict(session);
    // The label of the watched service made a second revision, which has all the traffic.
    const pod = (await session.out('get pods -l serving.kserve.io/inferenceservice=iris -o name')).trimEnd().split('\n').at(-1) ?? '';
    assert.match(await session.out(`logs ${pod}`), /the model is loaded[^]*"POST \/v1\/models\/iris:predict HTTP\/1\.1" 200 OK\n$/);
    assert.match(await session.out(`logs ${pod} --tail=1 --timestamps`), /^\d{4}-\d\d-\S+Z INFO: +"POST [^\n]+\n$/);
    assert.equal(await session.out(`logs ${pod} -c storage-initializer`), '');
    assert.match(await session.refused(`logs ${pod} -c nope`), /container nope is not valid for pod iris-/);
    assert.match(await session.refused(`logs ${pod} --previous`), /previous terminated container "kserve-container" in pod "iris-\S+" not found/);
  }),
  step('logs -f', async (session) => {
    const following = session.start('logs -f -l serving.kserve.io/inferenceservice=iris --tail=0');
    try {
      // Nothing tells when it listens: requests go on until one is seen.
      const seen = following.prints(/"POST \/v1\/models\/iris:predict HTTP\/1\.1" 200 OK/);
      const timer = setInterval(() => void predict(session), 50);
      await seen.finally(() => clearInterval(timer));
    } finally {
      await following.end();
    }
  }),
  prints('events --for isvc/iris', /^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n.*InferenceServiceReady/),
  prints('get events --field-selector involvedObject.name=iris', /Normal +InferenceServiceReady +inferenceservice\/iris /),
  step('rollout status deployment', async ({ out }) => {
    const [deployment = ''] = (await out('get deploy -o name')).split('\n');
    assert.match(await out(`rollout status ${deployment} --timeout=10s`), /successfully rolled out/);
  }),
  prints('explain isvc.spec.predictor.canaryTrafficPercent', /canaryTrafficPercent <integer>[^]*How many of a hundred requests go to the newest revision/),
  prints('explain isvc.spec.predictor', /containerConcurrency\t<integer>[^]*storageUris\t<\[\]/),
  isRefused('explain of a field that is not there', 'explain isvc.spec.nope', /field "nope" does not exist/),
  prints('auth can-i patch inferenceservices', 'yes\n'),
  prints('auth whoami', /playground/),
  prints('api-resources --api-group=serving.kserve.io', /inferenceservices +isvc +serving.kserve.io\/v1beta1 +true +InferenceService/),
  prints('api-versions', /^serving.kserve.io\/v1beta1$/m),
  prints('version', /Server Version: .*playground/),
];

/** The commands that people use, in an order in which each finds what it needs. */
export const STEPS: readonly Step[] = [...APPLY, ...GET, ...LOOK, ...CHANGE, ...SERVER_SIDE];
