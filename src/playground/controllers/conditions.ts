import { isDeepStrictEqual } from 'node:util';
import { at, items, text } from './fields.ts';
import { timestamp } from './time.ts';

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** What a condition says, without its type. */
export interface Verdict {
  status: ConditionStatus;
  reason?: string;
  message?: string;
}

export interface Finding extends Verdict {
  type: string;
  /** Absent: counts for the object's readiness. */
  severity?: 'Info';
}

export interface Condition extends Finding {
  lastTransitionTime: string;
}

export const yes: Verdict = { status: 'True' };

export function unknown(reason?: string, message?: string): Verdict {
  return { status: 'Unknown', ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
}

export function no(reason: string, message?: string): Verdict {
  return { status: 'False', reason, ...(message === undefined ? {} : { message }) };
}

/** The conditions in an object's status; those of no known shape are left out. */
export function conditionsOf(object: unknown): Condition[] {
  return items(at(object, 'status', 'conditions')).flatMap((entry) => {
    const type = text(at(entry, 'type'));
    const status = at(entry, 'status');
    if (type === undefined || (status !== 'True' && status !== 'False' && status !== 'Unknown')) {
      return [];
    }
    const reason = text(at(entry, 'reason'));
    const message = text(at(entry, 'message'));
    return [
      {
        type,
        status,
        ...(at(entry, 'severity') === 'Info' ? { severity: 'Info' as const } : {}),
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
        lastTransitionTime: text(at(entry, 'lastTransitionTime')) ?? timestamp(),
      },
    ];
  });
}

/** What a condition of an object says; undefined when the object does not have it. */
export function verdictOf(object: unknown, type: string): Verdict | undefined {
  const found = conditionsOf(object).find((condition) => condition.type === type);
  if (found === undefined) {
    return undefined;
  }
  const { status, reason, message } = found;
  return { status, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
}

export function isTrue(object: unknown, type: string): boolean {
  return verdictOf(object, type)?.status === 'True';
}

/**
 * What `Ready` says when it rests on these conditions, the weightiest first: a False one decides, then an Unknown one
 * (knative/pkg `apis/condition_set.go`).
 */
export function overall(verdicts: readonly Verdict[]): Verdict {
  return verdicts.find(({ status }) => status === 'False') ?? verdicts.find(({ status }) => status === 'Unknown') ?? yes;
}

/** The list as a status holds it: sorted by type, the time of transition kept where nothing else changed. */
export function conditionList(findings: readonly Finding[], before: readonly Condition[]): Condition[] {
  return findings
    .map((finding) => {
      const old = before.find(({ type }) => type === finding.type);
      const same = old !== undefined && isDeepStrictEqual({ ...finding, lastTransitionTime: old.lastTransitionTime }, old);
      return same ? old : { ...finding, lastTransitionTime: timestamp() };
    })
    .sort((a, b) => (a.type < b.type ? -1 : 1));
}
