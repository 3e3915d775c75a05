/** The annotations on an InferenceService that steer a rollout (kserve/kserve `pkg/constants`). */
export const annotations = {
  tagRouting: 'serving.kserve.io/enable-tag-routing',
  stop: 'serving.kserve.io/stop',
  deploymentMode: 'serving.kserve.io/deploymentMode',
} as const;
