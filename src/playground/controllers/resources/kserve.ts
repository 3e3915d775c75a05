import type { ResourceType } from '../../api/types.ts';
import { defaultInferenceService } from '../kserve/defaulting.ts';
import { validateInferenceService } from '../kserve/validation.ts';
import { inferenceServiceFields } from './inferenceServiceSchema.ts';

/** Columns as in KServe v0.20.0, `config/crd/minimal/serving.kserve.io_inferenceservices.yaml`. */
export const inferenceService: ResourceType = {
  group: 'serving.kserve.io',
  version: 'v1beta1',
  kind: 'InferenceService',
  plural: 'inferenceservices',
  singular: 'inferenceservice',
  shortNames: ['isvc'],
  namespaced: true,
  statusSubresource: true,
  generation: true,
  columns: [
    { name: 'URL', type: 'string', jsonPath: '.status.url' },
    { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
    { name: 'Prev', type: 'integer', jsonPath: ".status.components.predictor.traffic[?(@.tag=='prev')].percent" },
    { name: 'Latest', type: 'integer', jsonPath: '.status.components.predictor.traffic[?(@.latestRevision==true)].percent' },
    {
      name: 'PrevRolledoutRevision',
      type: 'string',
      jsonPath: ".status.components.predictor.traffic[?(@.tag=='prev')].revisionName",
    },
    {
      name: 'LatestReadyRevision',
      type: 'string',
      jsonPath: '.status.components.predictor.traffic[?(@.latestRevision==true)].revisionName',
    },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  fields: inferenceServiceFields,
  mutate: defaultInferenceService,
  validate: validateInferenceService,
};

/** Columns as in KServe v0.20.0, `config/crd/minimal/serving.kserve.io_clusterservingruntimes.yaml`. */
export const clusterServingRuntime: ResourceType = {
  group: 'serving.kserve.io',
  version: 'v1alpha1',
  kind: 'ClusterServingRuntime',
  plural: 'clusterservingruntimes',
  singular: 'clusterservingruntime',
  namespaced: false,
  statusSubresource: false,
  generation: true,
  columns: [
    { name: 'Disabled', type: 'boolean', jsonPath: '.spec.disabled' },
    { name: 'ModelType', type: 'string', jsonPath: '.spec.supportedModelFormats[*].name' },
    { name: 'Containers', type: 'string', jsonPath: '.spec.containers[*].name' },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
};
