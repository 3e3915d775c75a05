import type { KubeErrorKind, KubeErrorShape } from './types.ts';

interface KubeErrorFacts {
  readonly status?: number | undefined;
  readonly detail?: string | undefined;
  readonly retryAfter?: number | undefined;
}

/** The one error that leaves `kube/`: `message` is for the user, `detail` is what the other side said. */
export class KubeError extends Error implements KubeErrorShape {
  override readonly name = 'KubeError';
  readonly kind: KubeErrorKind;
  declare readonly status?: number;
  declare readonly detail?: string;
  declare readonly retryAfter?: number;

  constructor(kind: KubeErrorKind, message: string, facts: KubeErrorFacts = {}) {
    super(withoutSecrets(message));
    this.kind = kind;
    if (facts.status !== undefined) this.status = facts.status;
    if (facts.detail !== undefined && facts.detail !== '') this.detail = withoutSecrets(facts.detail);
    if (facts.retryAfter !== undefined) this.retryAfter = facts.retryAfter;
  }
}

export function cancelled(): KubeError {
  return new KubeError('cancelled', 'The request was cancelled.');
}

/** Why a signal was aborted. */
export function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : cancelled();
}

/**
 * Text of others (a plugin's stderr, a proxy's error page) can hold what was sent to them. What looks like a
 * credential goes here, in the one place that every message passes, so no caller has to think of it.
 */
function withoutSecrets(text: string): string {
  return text
    .replace(/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi, '$1 …')
    .replace(/\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)?/g, '…')
    .replace(/\bk8s-aws-v1\.[\w-]+/g, '…')
    .replace(/((?:token|password|secret|clientKeyData)(?:"\s*:\s*"|=))[^\s",&]{8,}/gi, '$1…')
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '…');
}
