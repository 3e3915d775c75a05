import type { OfferedVerb } from '../verbs.ts';

/** Every command id, in one place; a test compares them with package.json. */
export const commands = {
  connect: 'kserveCanary.connect',
  signIn: 'kserveCanary.signIn',
  switchContext: 'kserveCanary.switchContext',
  chooseKubeconfig: 'kserveCanary.chooseKubeconfig',
  chooseNamespace: 'kserveCanary.chooseNamespace',
  openPlayground: 'kserveCanary.openPlayground',
  openSample: 'kserveCanary.openSample',
  showTree: 'kserveCanary.services.focus',
  reveal: 'kserveCanary.reveal',
  deploy: 'kserveCanary.deploy',
  apply: 'kserveCanary.apply',
  diff: 'kserveCanary.diff',
  test: 'kserveCanary.test',
  more: 'kserveCanary.more',
  enableTaggedUrls: 'kserveCanary.enableTaggedUrls',
  disableTaggedUrls: 'kserveCanary.disableTaggedUrls',
  stop: 'kserveCanary.stop',
  undo: 'kserveCanary.undo',
  editSetCanary: 'kserveCanary.editSetCanary',
  editRemovePercent: 'kserveCanary.editRemovePercent',
  copyUrl: 'kserveCanary.copyUrl',
  verbs: {
    'start-canary': 'kserveCanary.startCanary',
    'shift': 'kserveCanary.shift',
    'promote': 'kserveCanary.promote',
    'abort': 'kserveCanary.abort',
    'roll-back': 'kserveCanary.rollBack',
    'resume': 'kserveCanary.resume',
  } satisfies Record<OfferedVerb, string>,
} as const;
