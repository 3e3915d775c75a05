/** Knative's default domain, `config-domain` without an entry of its own. */
export const domain = 'example.com';

/** The host of a route or of one of its tags: `{{.Tag}}-{{.Name}}.{{.Namespace}}.{{.Domain}}`, the default templates. */
export function routeHost(route: string, namespace: string, tag?: string): string {
  return `${tag === undefined ? '' : `${tag}-`}${route}.${namespace}.${domain}`;
}

/** The hosts by which pods of the cluster reach it. */
export function localHosts(route: string, namespace: string, tag?: string): string[] {
  const base = `${tag === undefined ? '' : `${tag}-`}${route}.${namespace}`;
  return [base, `${base}.svc`, `${base}.svc.cluster.local`];
}
