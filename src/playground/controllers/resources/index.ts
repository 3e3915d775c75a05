import type { ResourceType } from '../../api/types.ts';
import { virtualService } from './istio.ts';
import { configuration, ingress, knativeService, revision, route } from './knative.ts';
import { clusterServingRuntime, inferenceService } from './kserve.ts';

/** The kinds that KServe, Knative and Istio bring to a cluster, as far as the playground has them. */
export const resourceTypes: readonly ResourceType[] = [
  inferenceService,
  clusterServingRuntime,
  knativeService,
  configuration,
  route,
  revision,
  ingress,
  virtualService,
];
