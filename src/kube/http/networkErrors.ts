import { KubeError } from '../errors.ts';
import { errorCode, errorMessage, isRecord } from '../guards.ts';

/** Node's error of a request that got no (whole) answer, in words. `origin` is `https://host:port`. */
export function networkError(error: unknown, origin: string, method: string): KubeError {
  if (error instanceof KubeError) return error;
  const code = errorCode(error) ?? firstCode(error) ?? '';
  const detail = [code, errorMessage(error)].filter((part) => part !== '').join(': ');
  const tls = tlsProblem(code, error);
  if (tls !== undefined) return new KubeError('tls', tls.replace('$', origin), { detail });
  if (/^ERR_OSSL|^ERR_CRYPTO|PEM/.test(code)) {
    return new KubeError('kubeconfig', 'A certificate or key in the kubeconfig cannot be read (not PEM, or the two do not belong together).', { detail: code });
  }
  return new KubeError('unreachable', unreachable(code, origin, method), { detail });
}

/** An AggregateError (several addresses were tried, as for `localhost`) carries its reasons inside. */
function firstCode(error: unknown): string | undefined {
  const reasons: unknown = isRecord(error) ? error['errors'] : undefined;
  return Array.isArray(reasons) ? reasons.map(errorCode).find((code) => code !== undefined) : undefined;
}

function unreachable(code: string, origin: string, method: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `${origin} refuses connections: nothing listens there. Is the cluster running?`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name of ${origin} cannot be resolved. Check the network or VPN, then the address in the kubeconfig.`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return `${origin} cannot be reached. Check the network or VPN.`;
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
    case 'Z_BUF_ERROR':
      // Whether a change has arrived cannot be known: say so instead of inviting to send it twice.
      return method === 'GET' ? `The connection to ${origin} broke off.` : `The connection to ${origin} broke off before its answer: the change may or may not have been made. Look before you repeat it.`;
    default:
      return `${origin} cannot be reached.`;
  }
}

/** `$` stands for the address. Codes: OpenSSL's `X509_V_ERR_…` as Node names them (Node documentation, "TLS: X509 certificate error codes"). */
function tlsProblem(code: string, error: unknown): string | undefined {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'The certificate of $ is self-signed or signed by an authority that the kubeconfig does not name. Has the cluster been made anew? Then get a new kubeconfig.';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_SIGNATURE_FAILURE':
    case 'CERT_UNTRUSTED':
      return 'The certificate of $ is signed by an authority that the kubeconfig does not name. Has the cluster been made anew? Then get a new kubeconfig.';
    case 'CERT_HAS_EXPIRED':
      return 'The certificate of $ has expired. It has to be renewed on the cluster (or the clock here is wrong).';
    case 'CERT_NOT_YET_VALID':
      return 'The certificate of $ is not valid yet. Check the clock here.';
    case 'CERT_REVOKED':
      return 'The certificate of $ has been revoked.';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'The certificate of $ is for another name. Use an address that it names, or set tls-server-name in the kubeconfig.';
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return '$ does not speak TLS. Should the address in the kubeconfig begin with http://?';
  }
  // Node 24 gives a plain EPROTO for what a server without TLS answers.
  if (code === 'EPROTO' && /wrong version number|packet length too long|http request/i.test(errorMessage(error))) return tlsProblem('ERR_SSL_WRONG_VERSION_NUMBER', error);
  if (/^ERR_SSL_.*ALERT.*(CERTIFICATE|UNKNOWN_CA)/.test(code)) return '$ does not accept the client certificate of the kubeconfig. It may have expired: get a new kubeconfig.';
  if (/^(INVALID_(CA|PURPOSE|NON_CA)|PATH_LENGTH_EXCEEDED|CERT_\w+|HOSTNAME_MISMATCH|UNABLE_TO_\w+|ERROR_IN_CERT_\w+|CRL_\w+)$/.test(code)) return 'The certificate of $ cannot be used: see the detail.';
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || (code === 'EPROTO' && /ssl|tls/i.test(errorMessage(error)))) return 'No secure connection to $ could be made.';
  return undefined;
}
