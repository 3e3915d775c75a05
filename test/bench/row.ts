/** One measured number. */
export interface Row {
  group: string;
  name: string;
  /** Median where it was measured more than once. */
  value: number;
  unit: string;
  /** The same measured on the peer, in the same run and alternating with it. */
  peerValue?: number;
  /** What must hold: at most this much, or at least this much where `better` is `higher`. */
  limit?: number;
  /** `lower` when absent. */
  better?: 'lower' | 'higher';
}

export type Group = () => Promise<Omit<Row, 'group'>[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : [sorted[middle - 1], sorted[middle]];
  return (low + high) / 2;
}

export function withinLimit({ value, limit, better = 'lower' }: Row): boolean {
  if (limit === undefined) return true;
  return better === 'lower' ? value <= limit : value >= limit;
}

/** The rows as an aligned table. */
export function table(rows: readonly Row[]): string {
  const head = ['group', 'name', 'value', 'peer', 'limit', ''];
  const body = rows.map((row) => [
    row.group,
    row.name,
    `${format(row.value)} ${row.unit}`,
    row.peerValue === undefined ? '' : `${format(row.peerValue)} ${row.unit}`,
    row.limit === undefined ? '' : `${row.better === 'higher' ? '≥' : '≤'} ${format(row.limit)} ${row.unit}`,
    withinLimit(row) ? '' : 'LIMIT BROKEN',
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((cells) => (cells[column] ?? '').length)));
  return [head, ...body].map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
