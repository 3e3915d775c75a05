import type { Schema } from '../../api/types.ts';
import { anything, list, named, object, string, words } from './schemas.ts';

const integer: Schema = { type: 'integer', format: 'int64' };
const int32: Schema = { type: 'integer', format: 'int32' };
const boolean: Schema = { type: 'boolean' };

/** Kubernetes' PodSpec, which each component takes inline (k8s.io/api `core/v1`). */
const podFields = {
  ...named('affinity dnsConfig os overhead resources securityContext', anything),
  ...named('containers hostAliases imagePullSecrets initContainers readinessGates resourceClaims schedulingGates', list),
  ...named('tolerations topologySpreadConstraints volumes', list),
  ...named('activeDeadlineSeconds terminationGracePeriodSeconds', integer),
  ...named('automountServiceAccountToken enableServiceLinks hostIPC hostNetwork hostPID hostUsers', boolean),
  ...named('setHostnameAsFQDN shareProcessNamespace', boolean),
  ...named('dnsPolicy hostname hostnameOverride nodeName preemptionPolicy priorityClassName restartPolicy runtimeClassName', string),
  ...named('schedulerName serviceAccount serviceAccountName subdomain', string),
  nodeSelector: words,
  priority: int32,
};

/** KServe's ComponentExtensionSpec (KServe v0.20.0 `pkg/apis/serving/v1beta1/component.go`); the descriptions are the playground's. */
const componentFields = {
  annotations: { ...words, description: 'Annotations for the pods of this component.' },
  autoScaling: anything,
  batcher: { ...anything, description: 'Gathers requests and predicts for many at once.' },
  canaryTrafficPercent: {
    ...integer,
    description:
      'How many of a hundred requests go to the newest revision. The others go to the revision that was rolled out last. ' +
      'Without it the newest revision gets all of them as soon as it is ready, and is rolled out by that.',
  },
  containerConcurrency: { ...integer, description: 'How many requests one container takes at a time; 0 is no limit.' },
  deploymentStrategy: anything,
  labels: { ...words, description: 'Labels for the pods of this component.' },
  logger: { ...anything, description: 'Sends requests and answers on to a URL.' },
  maxReplicas: { ...int32, description: 'The most pods that autoscaling may start.' },
  minReplicas: { ...int32, description: 'The fewest pods that are kept; 0 lets the component scale to zero.' },
  scaleMetric: { ...string, enum: ['cpu', 'memory', 'concurrency', 'rps'], description: 'What autoscaling measures.' },
  scaleMetricType: string,
  scaleTarget: { ...int32, description: 'The value of the metric that autoscaling aims at.' },
  timeout: { ...integer, description: 'Seconds after which a request fails.' },
};

/** The fields of a container, which a model has, too. */
const containerFields = {
  ...named('args command env envFrom ports resizePolicy restartPolicyRules volumeDevices volumeMounts', list),
  ...named('lifecycle livenessProbe readinessProbe resources securityContext startupProbe', anything),
  ...named('image imagePullPolicy name restartPolicy terminationMessagePath terminationMessagePolicy workingDir', string),
  ...named('stdin stdinOnce tty', boolean),
};

const modelFields = {
  ...containerFields,
  confidential: anything,
  protocolVersion: { ...string, description: 'The protocol that the model server speaks: v1, v2, grpc-v1 or grpc-v2.' },
  runtimeVersion: { ...string, description: 'The version of the serving runtime: its image tag.' },
  storage: anything,
  storageUri: { ...string, description: 'Where the model lies.' },
};

const model = object(
  {
    ...modelFields,
    modelFormat: object(
      {
        name: { ...string, description: 'The name of the format, for example sklearn.' },
        version: { ...string, description: 'The version of the format.' },
      },
      'The format that the model was saved in; a serving runtime that supports it is chosen.',
    ),
    runtime: { ...string, description: 'The name of the serving runtime; chosen by the model format when it is not given.' },
  },
  'A model of any format, served by a serving runtime.',
);

const predictor = object(
  {
    ...podFields,
    ...componentFields,
    ...named('huggingface lightgbm onnx paddle pmml pytorch sklearn tensorflow triton xgboost', object(modelFields)),
    model,
    name: string,
    storageContainerName: string,
    storageUris: list,
    workerSpec: anything,
  },
  'The model server, and how many requests its newest revision gets.',
);

/** As in KServe v0.20.0, `config/crd/full/serving.kserve.io_inferenceservices.yaml`, of which it names the fields and their types. */
export const inferenceServiceFields: { readonly [field: string]: Schema } = {
  spec: object(
    {
      canary: anything,
      explainer: object({ ...podFields, ...componentFields, art: anything, storageUris: list }),
      predictor,
      transformer: object({ ...podFields, ...componentFields, storageContainerName: string, storageUris: list }),
    },
    'What to serve: a predictor, and what may stand before and beside it.',
  ),
  status: {
    ...anything,
    properties: {
      ...named('address annotations components modelStatus', anything),
      ...named('canaryStatuses conditions', list),
      ...named('deploymentMode servingRuntimeName clusterServingRuntimeName url', string),
      observedGeneration: integer,
    },
    description: 'What KServe found: addresses, conditions, and for each component its revisions and their shares of the traffic.',
  },
};
