import type { Column, ResourceType, Schema } from '../../api/types.ts';
import { validateKnativeService } from '../knative/validation.ts';
import { anything, named, object, string } from './schemas.ts';

/** The columns of Knative's custom resource definitions (knative/serving `config/core/300-resources`, v0.48.1). */
const url: Column = { name: 'URL', type: 'string', jsonPath: '.status.url' };
const latest: readonly Column[] = [
  { name: 'LatestCreated', type: 'string', jsonPath: '.status.latestCreatedRevisionName' },
  { name: 'LatestReady', type: 'string', jsonPath: '.status.latestReadyRevisionName' },
];
const ready: readonly Column[] = [
  { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
  { name: 'Reason', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].reason" },
];

const serving = {
  group: 'serving.knative.dev',
  version: 'v1',
  namespaced: true,
  statusSubresource: true,
  generation: true,
  categories: ['all', 'knative', 'serving'],
};

/** As in Knative's custom resource definitions; the descriptions are the playground's. */
const traffic: Schema = {
  type: 'array',
  description: 'Which revisions get how many of a hundred requests.',
  items: object({
    ...named('configurationName revisionName tag url', string),
    latestRevision: { type: 'boolean', description: 'Whether it is always the newest ready revision.' },
    percent: { type: 'integer', format: 'int64', description: 'How many of a hundred requests it gets; all together 100.' },
  }),
};

export const knativeService: ResourceType = {
  ...serving,
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['kservice', 'ksvc'],
  columns: [url, ...latest, ...ready],
  fields: { spec: object({ template: anything, traffic }), status: anything },
  validate: validateKnativeService,
};

export const configuration: ResourceType = {
  ...serving,
  kind: 'Configuration',
  plural: 'configurations',
  singular: 'configuration',
  shortNames: ['config', 'cfg'],
  columns: [...latest, ...ready],
};

export const route: ResourceType = {
  ...serving,
  kind: 'Route',
  plural: 'routes',
  singular: 'route',
  shortNames: ['rt'],
  fields: { spec: object({ traffic }), status: anything },
  columns: [url, ...ready],
};

export const revision: ResourceType = {
  ...serving,
  kind: 'Revision',
  plural: 'revisions',
  singular: 'revision',
  shortNames: ['rev'],
  columns: [
    { name: 'Config Name', type: 'string', jsonPath: '.metadata.labels.serving\\.knative\\.dev/configuration' },
    { name: 'Generation', type: 'string', jsonPath: '.metadata.labels.serving\\.knative\\.dev/configurationGeneration' },
    ...ready,
    { name: 'Actual Replicas', type: 'integer', jsonPath: '.status.actualReplicas' },
    { name: 'Desired Replicas', type: 'integer', jsonPath: '.status.desiredReplicas' },
  ],
};

/** Knative's own Ingress, which the ingress gateway is programmed by. */
export const ingress: ResourceType = {
  group: 'networking.internal.knative.dev',
  version: 'v1alpha1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['kingress', 'king'],
  categories: ['knative-internal', 'networking'],
  namespaced: true,
  statusSubresource: true,
  generation: true,
  columns: ready,
};
