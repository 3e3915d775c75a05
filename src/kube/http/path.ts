/** What a path of the Kubernetes API addresses (Kubernetes documentation, "API concepts: resource URIs"). */
export interface ApiPath {
  /** '' for the core group. */
  readonly group: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** undefined for what is not a resource: `/version`, `/apis` … */
export function parseApiPath(path: string): ApiPath | undefined {
  const parts = path.split('/').filter((part) => part !== '').map(decode);
  const root = parts.shift();
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (parts.shift() ?? '');
  parts.shift();
  // `namespaces/x` is the namespace itself; with something after it, the place of that.
  const namespace = parts[0] === 'namespaces' && parts.length > 2 ? parts.splice(0, 2)[1] : undefined;
  const [plural, name, subresource] = parts;
  if (plural === undefined) return undefined;
  return {
    group,
    plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** The verb that rights are given for (Kubernetes documentation, "Authorization: determine the request verb"). */
export function verbOf(method: string, path: ApiPath | undefined, query: Readonly<Record<string, string>>): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return path?.name === undefined ? 'deletecollection' : 'delete';
    default:
      if (query['watch'] === 'true' || query['watch'] === '1') return 'watch';
      return path?.name === undefined ? 'list' : 'get';
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
