/** Turns answers and failures into what the page shows. Pure; the functions of the predict bundle are handed in. */
import type { Answer, Comparison, Gateway, NoGateway, PredictRequest, Step, Translate } from '../../predict/index.ts';
import type { ActionView, SideView } from './protocol.ts';

export type PredictModule = typeof import('../../predict/index.ts');

/** What one Send of one variant came to. */
export interface Outcome {
  readonly label: string;
  /** The label within a sentence: `canary 00002`. */
  readonly name: string;
  readonly request: PredictRequest;
  /** Of the variant, at the moment it was sent; absent where the split chose. */
  readonly revision?: string;
  readonly shortRevision?: string;
  readonly result: { readonly answer: Answer } | { readonly error: unknown };
}

/** Beyond this a line-by-line layout serves nobody: the text is shown as it came. */
const PRETTY_LIMIT = 2_000_000;
const ROWS_LIMIT = 3_000;

export function sideView(outcome: Outcome, gateway: Gateway | undefined, retry: ActionView, predict: PredictModule, t: Translate): SideView {
  return 'answer' in outcome.result ? answered(outcome, outcome.result.answer, predict, t) : failed(outcome, outcome.result.error, gateway, retry, predict, t);
}

function answered(outcome: Outcome, answer: Answer, predict: PredictModule, t: Translate): SideView {
  const { request } = outcome;
  const explanation = predict.explain(answer, request, t);
  // Only the model's own answer says that the revision took the request; a gateway's 404 came from no revision.
  const certain = outcome.shortRevision !== undefined && (explanation === undefined || explanation.from === 'model');
  const who = certain ? outcome.shortRevision : explanation && explanation.from !== 'model' ? undefined : t('revision not known');
  const parts = [`${answer.status} ${answer.statusText}`.trim(), predict.duration(answer.times.total), predict.byteSize(answer.size)];
  // The label stands before the summary: what it says already is not said twice.
  if (who !== undefined && !outcome.label.includes(who)) parts.push(who);
  return {
    label: outcome.label,
    mood: explanation === undefined ? 'ok' : answer.status >= 500 ? 'error' : 'warning',
    summary: parts.join(' · '),
    tooltip: certain ? t('{0}: the Host {1} leads to this revision alone.', outcome.revision ?? '', request.target.host)
      : who === undefined ? '' : t('The split sends each request to one of its revisions at random, and the answer does not say to which.'),
    ...(explanation === undefined ? {} : { explained: { title: explanation.title, next: explanation.next, tried: [], actions: [] } }),
    ...bodyOf(answer, predict, t),
    headers: answer.headers,
    timing: timing(answer, predict, t),
  };
}

function bodyOf(answer: Answer, predict: PredictModule, t: Translate): Pick<SideView, 'body'> {
  if (answer.binary) return { body: { text: '', json: false, note: t('{0} that are not text: they are not shown.', predict.byteSize(answer.size)) } };
  if (answer.body === '') return { body: { text: '', json: false, note: t('The answer has no body.') } };
  const type = predict.header(answer, 'content-type') ?? '';
  const nice = answer.truncated || answer.body.length > PRETTY_LIMIT ? undefined : predict.pretty(answer.body);
  const note = answer.truncated
    ? (answer.declaredSize !== undefined && answer.declaredSize > answer.size
        ? t('The first {0} of {1}; the rest was not read.', predict.byteSize(answer.size), predict.byteSize(answer.declaredSize))
        : t('The first {0}; there is more, which was not read.', predict.byteSize(answer.size)))
    : nice === undefined && /\bjson\b/i.test(type) && answer.body.length <= PRETTY_LIMIT ? t('The server says this is JSON; it is not valid JSON.') : undefined;
  return { body: { text: nice ?? answer.body, json: nice !== undefined, ...(note === undefined ? {} : { note }) } };
}

function timing({ times }: Answer, predict: PredictModule, t: Translate): SideView['timing'] {
  const phases: [string, number | undefined][] = [
    [t('DNS'), times.dns], [t('Connect'), times.connect], [t('TLS'), times.tls], [t('Wait'), times.wait], [t('Download'), times.download],
  ];
  const total = times.total > 0 ? times.total : 1;
  let from = 0;
  const rows: { label: string; value: string; from: number; width: number }[] = [];
  for (const [label, value] of phases) {
    if (value === undefined) continue;
    const width = Math.min(1 - from, value / total);
    rows.push({ label, value: predict.duration(value), from, width });
    from += width;
  }
  rows.push({ label: t('Total'), value: predict.duration(times.total), from: 0, width: 1 });
  return rows;
}

function failed(outcome: Outcome, error: unknown, gateway: Gateway | undefined, retry: ActionView, predict: PredictModule, t: Translate): SideView {
  const known = predict.isPredictError(error);
  const words = known ? predict.errorWords(error, t) : { title: error instanceof Error ? error.message : String(error), next: '' };
  const { request } = outcome;
  const cancelled = known && error.kind === 'cancelled';
  const tried = !known || cancelled || error.kind === 'invalid' ? [] : [
    ...(gateway?.tried ?? []).map(stepLine),
    t('{0} with Host {1}', `${request.method} ${predict.requestUrl(request)}`, request.target.host),
  ];
  const elsewhere = known && (error.kind === 'dns' || error.kind === 'refused' || error.kind === 'unreachable' || error.kind === 'timeout');
  return {
    label: outcome.label,
    mood: cancelled ? 'warning' : 'error',
    summary: cancelled ? t('cancelled') : known && error.kind === 'invalid' ? t('not sent') : t('no answer'),
    tooltip: '',
    explained: { title: words.title, next: words.next, tried, actions: elsewhere ? [retry] : [] },
    headers: [],
    timing: [],
  };
}

function stepLine(step: Step): string {
  return `${step.what}: ${step.result}`;
}

export function triedSteps(gateway: Gateway | NoGateway | undefined): { what: string; result: string }[] {
  return (gateway?.tried ?? []).map(({ what, result }) => ({ what, result }));
}

export function rowsView(comparison: Comparison, t: Translate): { rows?: Comparison['rows']; rowsNote?: string } {
  if (comparison.rows.length === 0) return {};
  if (comparison.rows.length <= ROWS_LIMIT) return { rows: comparison.rows };
  return { rows: comparison.rows.slice(0, ROWS_LIMIT), rowsNote: t('The first {0} of {1} lines; the verdict is about all of them.', ROWS_LIMIT, comparison.rows.length) };
}
