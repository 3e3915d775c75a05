import type { FromPage, ProtocolId, SavedState, ServiceKey, VariantId } from './protocol.ts';

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}

const isVariant = (value: unknown): value is VariantId => value === 'split' || value === 'canary' || value === 'stable';
const isProtocol = (value: unknown): value is ProtocolId => value === 'v1' || value === 'v2';

/** A message of the page, or undefined: a page is not believed, it shows what a cluster sent. */
export function readMessage(value: unknown): FromPage | undefined {
  const message = record(value);
  switch (message['type']) {
    case 'ready': return { type: 'ready', hasBody: message['hasBody'] === true };
    case 'choose': return isVariant(message['target']) ? { type: 'choose', target: message['target'] } : undefined;
    case 'protocol': return isProtocol(message['protocol']) ? { type: 'protocol', protocol: message['protocol'] } : undefined;
    case 'send': return typeof message['body'] === 'string' ? { type: 'send', body: message['body'], both: message['both'] === true } : undefined;
    case 'cancel': return { type: 'cancel' };
    case 'copyCurl': return typeof message['body'] === 'string' ? { type: 'copyCurl', body: message['body'] } : undefined;
    case 'openBody': return { type: 'openBody' };
    case 'run': return typeof message['action'] === 'string' ? { type: 'run', action: message['action'] } : undefined;
    default: return undefined;
  }
}

/** The state of an earlier window, or undefined where it names no service. */
export function readSaved(value: unknown): (SavedState & { readonly key: ServiceKey }) | undefined {
  const state = record(value);
  const key = record(state['key']);
  const { context, namespace, name, component, manifest } = key;
  if (state['version'] !== 1 || typeof context !== 'string' || typeof namespace !== 'string' || typeof name !== 'string' || typeof component !== 'string') return undefined;
  return {
    version: 1,
    key: { context, namespace, name, component, ...(typeof manifest === 'string' ? { manifest } : {}) },
    ...(isVariant(state['target']) ? { target: state['target'] } : {}),
    ...(isProtocol(state['protocol']) ? { protocol: state['protocol'] } : {}),
  };
}
