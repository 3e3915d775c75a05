import { createHash } from 'node:crypto';
import { ApiError } from '../api/errors.ts';
import type { ResourceType, Store, StoredObject } from '../api/types.ts';
import { integer } from './fields.ts';
import { timestamp } from './time.ts';

export type Record = (object: StoredObject, type: 'Normal' | 'Warning', reason: string, message: string) => void;

/**
 * Writes Kubernetes Events in a controller's name; a repeated one is counted, as client-go's recorder does. As there, an Event that
 * the API refuses, in a namespace that ends for example, is lost.
 */
export function eventRecorder(store: Store, events: ResourceType, component: string): Record {
  const record = writer(store, events, component);
  return (object, type, reason, message) => {
    try {
      record(object, type, reason, message);
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
    }
  };
}

function writer(store: Store, events: ResourceType, component: string): Record {
  return (object, type, reason, message) => {
    const { name, namespace = 'default', uid, resourceVersion } = object.metadata;
    const digest = createHash('sha256').update([uid, type, reason, message].join('\n')).digest('hex').slice(0, 16);
    const ref = { namespace, name: `${name}.${digest}` };
    const now = timestamp();
    const old = store.get(events, ref);
    if (old !== undefined) {
      store.update(events, { ...old, count: (integer(old['count']) ?? 1) + 1, lastTimestamp: now });
      return;
    }
    store.create(events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: ref,
      involvedObject: { apiVersion: object.apiVersion, kind: object.kind, namespace, name, uid, resourceVersion },
      type,
      reason,
      message,
      count: 1,
      firstTimestamp: now,
      lastTimestamp: now,
      eventTime: null,
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
    });
  };
}
