import type { StoredObject } from '../../api/types.ts';
import {
  conditionList,
  conditionsOf,
  isTrue,
  no,
  overall,
  unknown,
  verdictOf,
  yes,
  type Finding,
  type Verdict,
} from '../conditions.ts';
import { at, record, text } from '../fields.ts';
import { domain } from '../knative/hosts.ts';
import { entriesOf, rolledOut } from './bookkeeping.ts';
import { modelStatus } from './modelStatus.ts';
import { predictorName } from './names.ts';

const notCreated = 'Predictor ingress not created';

/** `status.conditions` of an InferenceService in Knative mode from what is known of its predictor. */
function findings(predictor: Verdict, ingress: Verdict, knative: { configuration?: Verdict; route?: Verdict }): Finding[] {
  const { configuration, route } = knative;
  return [
    { type: 'IngressReady', ...ingress },
    { type: 'LatestDeploymentReady', severity: 'Info', ...aggregate('PredictorConfigurationReady', configuration) },
    ...(configuration === undefined
      ? []
      : [{ type: 'PredictorConfigurationReady', severity: 'Info' as const, ...configuration }]),
    { type: 'PredictorReady', ...predictor },
    ...(route === undefined ? [] : [{ type: 'PredictorRouteReady', severity: 'Info' as const, ...route }]),
    { type: 'Ready', ...overall([ingress, predictor]) },
    { type: 'RoutesReady', severity: 'Info', ...aggregate('PredictorRouteReady', route) },
    { type: 'Stopped', severity: 'Info', status: 'False' },
  ];
}

function aggregate(type: string, verdict: Verdict = unknown()): Verdict {
  return verdict.status === 'True' ? yes : { status: verdict.status, reason: `${type} not ready` };
}

/**
 * The status after a reconcile that could write the Knative Service (`PropagateStatus`, `PropagateModelStatus`, then the ingress).
 * `url` and `address` are taken over only while the Knative Service is ready: they outlive a broken canary.
 */
export function propagate(isvc: StoredObject, ksvc: StoredObject, pods: readonly unknown[], runtime: string | undefined): object {
  const before = record(isvc['status']);
  const component = record(at(before, 'components', 'predictor'));
  const child = ksvc['status'];
  const latestReady = text(at(child, 'latestReadyRevisionName'));
  const latestCreated = text(at(child, 'latestCreatedRevisionName'));
  const pair = rolledOut(
    { latest: text(component['latestRolledoutRevision']), previous: text(component['previousRolledoutRevision']) },
    entriesOf(child),
    latestReady ?? '',
    latestCreated ?? '',
  );
  const reached = isTrue(ksvc, 'Ready') ? { address: at(child, 'address'), url: at(child, 'url') } : {};
  const predictor = verdictOf(ksvc, 'Ready') ?? verdictOf(isvc, 'PredictorReady') ?? unknown();
  const url = text(before['url']);
  const ingress = url !== undefined || predictor.status === 'True' ? yes : notYet(predictor);
  const configuration = verdictOf(ksvc, 'ConfigurationsReady');
  const route = verdictOf(ksvc, 'RoutesReady');
  const beforeIngress = overall([verdictOf(isvc, 'IngressReady') ?? unknown(), predictor]);
  return {
    ...before,
    ...(ingress.status === 'True' ? addresses(isvc) : {}),
    ...(runtime === undefined ? {} : { clusterServingRuntimeName: runtime }),
    components: {
      predictor: {
        ...component,
        ...reached,
        ...(latestCreated === undefined ? {} : { latestCreatedRevision: latestCreated }),
        ...(latestReady === undefined ? {} : { latestReadyRevision: latestReady }),
        latestRolledoutRevision: pair.latest,
        previousRolledoutRevision: pair.previous,
        traffic: at(child, 'traffic'),
      },
    },
    conditions: conditionList(
      findings(predictor, ingress, {
        ...(configuration === undefined ? {} : { configuration }),
        ...(route === undefined ? {} : { route }),
      }),
      conditionsOf(isvc),
    ),
    deploymentMode: 'Knative',
    modelStatus: modelStatus(before['modelStatus'], {
      ready: beforeIngress.status === 'True',
      upToDate: latestCreated === latestReady,
      failed: conditionsOf(ksvc).some(({ status }) => status === 'False'),
      pods,
    }),
    // The child's generation, not the InferenceService's: KServe's own mistake, kept.
    observedGeneration: at(child, 'observedGeneration'),
  };
}

function notYet(predictor: Verdict): Verdict {
  return predictor.status === 'False' ? no(notCreated) : unknown(notCreated);
}

function addresses(isvc: StoredObject): object {
  const { name, namespace = '' } = isvc.metadata;
  return {
    url: `http://${name}.${namespace}.${domain}`,
    address: { url: `http://${name}.${namespace}.svc.cluster.local` },
  };
}

/** The status after a reconcile that failed: everything as it was, but the predictor and with it the whole are not ready. */
export function refused(isvc: StoredObject, message: string, model: unknown): object {
  const before = record(isvc['status']);
  const predictor = no('ReconcileFailed', message);
  const configuration = verdictOf(isvc, 'PredictorConfigurationReady');
  const route = verdictOf(isvc, 'PredictorRouteReady');
  const ingress = verdictOf(isvc, 'IngressReady') ?? unknown();
  const list = findings(predictor, ingress, {
    ...(configuration === undefined ? {} : { configuration }),
    ...(route === undefined ? {} : { route }),
  });
  return {
    ...before,
    conditions: conditionList(list, conditionsOf(isvc)),
    deploymentMode: 'Knative',
    ...(model === undefined ? {} : { modelStatus: model }),
  };
}

/** The status of a stopped InferenceService: the whole history of its revisions is gone. */
export function stopped(isvc: StoredObject, runtime: string | undefined): object {
  const off = no('Stopped');
  const list: Finding[] = [
    { type: 'IngressReady', ...off },
    { type: 'PredictorReady', ...off },
    { type: 'Ready', ...off },
    { type: 'Stopped', severity: 'Info', status: 'True' },
  ];
  return {
    ...(runtime === undefined ? {} : { clusterServingRuntimeName: runtime }),
    conditions: conditionList(list, conditionsOf(isvc)),
    deploymentMode: 'Knative',
    modelStatus: { transitionStatus: '' },
  };
}

/** The VirtualService that leads the InferenceService's own host to its predictor (`ingress_reconciler.go`). */
export function virtualServiceSpec(isvc: StoredObject): object {
  const { name, namespace = '' } = isvc.metadata;
  const inside = `${name}.${namespace}.svc.cluster.local`;
  const outside = `${name}.${namespace}.${domain}`;
  const authority = (host: string): object => ({ regex: `^${host.replaceAll('.', '\\.')}(?::\\d{1,5})?$` });
  const [local, ingress] = ['knative-serving/knative-local-gateway', 'knative-serving/knative-ingress-gateway'];
  return {
    gateways: [local, 'mesh', ingress],
    hosts: [inside, outside],
    http: [
      {
        headers: {
          request: {
            set: {
              Host: `${predictorName(name)}.${namespace}.svc.cluster.local`,
              'KServe-Isvc-Name': name,
              'KServe-Isvc-Namespace': namespace,
            },
          },
        },
        match: [
          { authority: authority(inside), gateways: [local, 'mesh'] },
          { authority: authority(outside), gateways: [ingress] },
        ],
        route: [{ destination: { host: 'knative-local-gateway.istio-system.svc.cluster.local', port: { number: 80 } }, weight: 100 }],
      },
    ],
  };
}
