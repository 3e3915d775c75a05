import { STATUS_CODES } from 'node:http';
import type { LogLine, PodLogSource } from './api/pod-logs.ts';
import type { Ref } from './api/types.ts';
import type { ModelServer } from './models/server.ts';

/** Where a pod's model server is told of and forgotten. */
interface Endpoints {
  add(revision: Ref, pod: string, server: ModelServer): void;
  remove(pod: string): void;
}

/** Lines kept for a pod; a kubelet keeps 10 MiB. */
const kept = 1000;

/** What the model servers print: that they started, and each request. */
export class PodLogs implements PodLogSource {
  readonly #lines = new Map<string, LogLine[]>();
  readonly #listeners = new Map<string, Set<(line: LogLine) => void>>();

  lines(pod: string): readonly LogLine[] {
    return this.#lines.get(pod) ?? [];
  }

  listen(pod: string, listener: (line: LogLine) => void): () => void {
    const listeners = this.#listeners.get(pod) ?? new Set();
    this.#listeners.set(pod, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) {
        this.#listeners.delete(pod);
      }
    };
  }

  /** The endpoints, whose servers are heard from now on. */
  hearing(endpoints: Endpoints): Endpoints {
    return {
      add: (revision, pod, server) => {
        this.#write(pod, `INFO:     Playground model server for revision ${revision.name}: the model is loaded, serving on port 8080`);
        endpoints.add(revision, pod, {
          answer: (request) => {
            const answer = server.answer(request);
            const status = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trimEnd();
            this.#write(pod, `INFO:     "${request.method} ${request.path} HTTP/1.1" ${status}`);
            return answer;
          },
        });
      },
      remove: (pod) => {
        this.#lines.delete(pod);
        endpoints.remove(pod);
      },
    };
  }

  #write(pod: string, text: string): void {
    const line = { time: new Date().toISOString(), text };
    const lines = this.#lines.get(pod) ?? [];
    lines.push(line);
    this.#lines.set(pod, lines.length > 2 * kept ? lines.slice(-kept) : lines);
    this.#listeners.get(pod)?.forEach((listener) => listener(line));
  }
}
