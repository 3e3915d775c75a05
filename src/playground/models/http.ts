/** A request as a model server sees it, body whole. */
export interface ModelRequest {
  method: string;
  /** Without the query. */
  path: string;
  contentType: string | undefined;
  body: string;
}

export interface ModelAnswer {
  status: number;
  contentType: string;
  body: string;
}

export function json(status: number, value: unknown): ModelAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

/** An error as KServe's Python server words it (`python/kserve/kserve/errors.py`). */
export function failure(status: number, error: string): ModelAnswer {
  return json(status, { error });
}

export function unknownModel(name: string): ModelAnswer {
  return failure(404, `Model with name ${name} does not exist.`);
}

/** Starlette's answer to a path that no endpoint has. */
export const notFound: ModelAnswer = json(404, { detail: 'Not Found' });
/** Starlette's answer to a path that has endpoints, but none for the method. */
export const methodNotAllowed: ModelAnswer = json(405, { detail: 'Method Not Allowed' });

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The parsed body, or the 400 that a broken one gets. */
export function parseBody(body: string): { value: unknown } | { answer: ModelAnswer } {
  try {
    return { value: JSON.parse(body) };
  } catch (error) {
    return { answer: failure(400, `Unrecognized request format: ${error instanceof Error ? error.message : String(error)}`) };
  }
}

/** Rows of four lengths; anything else is told in scikit-learn's words. */
export function asFlowers(value: unknown): { flowers: number[][] } | { answer: ModelAnswer } {
  if (!Array.isArray(value) || value.length === 0) {
    return { answer: failure(500, 'Expected 2D array, got 1D array instead') };
  }
  const flowers: number[][] = [];
  for (const row of value) {
    if (!Array.isArray(row)) {
      return { answer: failure(500, 'Expected 2D array, got 1D array instead') };
    }
    if (row.length !== 4) {
      return { answer: failure(500, `X has ${row.length} features, but NearestCentroid is expecting 4 features as input.`) };
    }
    const flower: number[] = [];
    for (const length of row) {
      if (typeof length !== 'number') {
        return { answer: failure(500, `could not convert string to float: ${JSON.stringify(length)}`) };
      }
      flower.push(length);
    }
    flowers.push(flower);
  }
  return { flowers };
}
