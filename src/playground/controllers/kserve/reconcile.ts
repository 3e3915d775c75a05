import { ApiError } from '../../api/errors.ts';
import type { NewObject, Ref, StoredObject } from '../../api/types.ts';
import { apply, putStatus, type Cluster } from '../cluster.ts';
import { conditionsOf, verdictOf } from '../conditions.ts';
import { at, integer, text } from '../fields.ts';
import { controlledBy } from '../owner.ts';
import { invalidSpec } from './modelStatus.ts';
import { controllerAccount, predictorName, stopAnnotation, tagAnnotation } from './names.ts';
import { chooseRuntime } from './runtimes.ts';
import { propagate, refused, stopped, virtualServiceSpec } from './status.ts';
import { predictorTemplate, serviceMeta } from './template.ts';
import { desiredTraffic } from './traffic.ts';

const finalizer = 'inferenceservice.finalizers';

/**
 * KServe's reconciler of InferenceServices in Knative mode (`controller.go`, `components/predictor.go`, `ksvc_reconciler.go`).
 * Returns `retry` when it failed and wants to be called again later.
 */
export function kserveReconciler(cluster: Cluster): (ref: Ref) => 'done' | 'retry' {
  const { store, types } = cluster;
  const record = cluster.recorder('v1beta1Controllers');

  function write(isvc: StoredObject, status: object): void {
    const was = verdictOf(isvc, 'Ready')?.status;
    const written = putStatus(cluster, types.inferenceService, isvc, status);
    const is = verdictOf(written, 'Ready')?.status;
    const { name } = written.metadata;
    if (was !== 'True' && is === 'True') {
      record(written, 'Normal', 'InferenceServiceReady', `InferenceService [${name}] is Ready`);
    } else if (was === 'True' && is === 'False') {
      const failed = conditionsOf(written).filter(({ status: verdict }) => verdict === 'False');
      const because = failed.map(({ type }) => type).join(', ');
      record(written, 'Warning', 'InferenceServiceNotReady', `InferenceService [${name}] is no longer Ready because of: ${because}`);
    }
  }

  function fail(isvc: StoredObject, error: string, model?: object): 'retry' {
    const message = `fails to reconcile predictor: ${error}`;
    write(isvc, refused(isvc, message, model));
    record(isvc, 'Warning', 'InternalError', message);
    return 'retry';
  }

  function stop(isvc: StoredObject, runtime: string | undefined): 'done' {
    const { name, namespace = '' } = isvc.metadata;
    store.delete(types.knativeService, { namespace, name: predictorName(name) });
    store.delete(types.virtualService, { namespace, name });
    write(isvc, stopped(isvc, runtime));
    return 'done';
  }

  /** The pods of the revision that was created last. */
  function latestPods(ksvc: StoredObject): readonly StoredObject[] {
    const revision = text(at(ksvc, 'status', 'latestCreatedRevisionName'));
    const { namespace = '' } = ksvc.metadata;
    return revision === undefined
      ? []
      : store.list(types.pod, { namespace, labels: { 'serving.knative.dev/revision': revision } });
  }

  return (ref) => {
    const found = store.get(types.inferenceService, ref);
    if (found === undefined) {
      return 'done';
    }
    const finalizers = found.metadata.finalizers ?? [];
    if (found.metadata.deletionTimestamp !== undefined) {
      const left = finalizers.filter((name) => name !== finalizer);
      store.update(types.inferenceService, { ...found, metadata: { ...found.metadata, finalizers: left } });
      return 'done';
    }
    const isvc = finalizers.includes(finalizer)
      ? found
      : store.update(types.inferenceService, {
          ...found,
          metadata: { ...found.metadata, finalizers: [...finalizers, finalizer] },
        });
    const runtime = chooseRuntime(at(isvc, 'spec', 'predictor'), store.list(types.clusterServingRuntime));
    const runtimeName = runtime !== undefined && 'metadata' in runtime ? runtime.metadata.name : undefined;
    if (isvc.metadata.annotations?.[stopAnnotation] === 'true') {
      return stop(isvc, runtimeName);
    }
    if (runtime !== undefined && !('metadata' in runtime)) {
      const { reason, message, error } = runtime;
      return fail(isvc, error, invalidSpec(at(isvc, 'status', 'modelStatus'), { reason, message }));
    }
    let ksvc: StoredObject;
    try {
      ksvc = apply(cluster, types.knativeService, knativeService(isvc, runtime)).object;
    } catch (error) {
      if (error instanceof ApiError) {
        return fail(isvc, `fails to reconcile knative service: ${error.message}`);
      }
      throw error;
    }
    const status = propagate(isvc, ksvc, latestPods(ksvc), runtimeName);
    if (text(at(status, 'url')) !== undefined) {
      const { name, namespace = '' } = isvc.metadata;
      apply(cluster, types.virtualService, {
        apiVersion: 'networking.istio.io/v1beta1',
        kind: 'VirtualService',
        metadata: { name, namespace, ownerReferences: [controlledBy(isvc)] },
        spec: virtualServiceSpec(isvc),
      });
    }
    write(isvc, status);
    return 'done';
  };
}

/** The Knative Service that a predictor should have, by what the status says now. */
function knativeService(isvc: StoredObject, runtime: StoredObject | undefined): NewObject {
  const { name, namespace = '', annotations = {} } = isvc.metadata;
  const meta = serviceMeta(isvc, runtime);
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: predictorName(name),
      namespace,
      labels: meta.labels,
      annotations: {
        ...meta.annotations,
        'serving.knative.dev/creator': controllerAccount,
        'serving.knative.dev/lastModifier': controllerAccount,
      },
      ownerReferences: [controlledBy(isvc)],
    },
    spec: {
      template: predictorTemplate(isvc, runtime),
      traffic: desiredTraffic(
        integer(at(isvc, 'spec', 'predictor', 'canaryTrafficPercent')),
        text(at(isvc, 'status', 'components', 'predictor', 'latestRolledoutRevision')),
        annotations[tagAnnotation] === 'true',
      ),
    },
  };
}
