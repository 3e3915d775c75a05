import { PredictError } from './errors.ts';
import { fullPath, requestUrl, wireHeaders, type PredictRequest } from './request.ts';
import { authority } from './target.ts';

/** POSIX sh (XCU §2.2.2): between single quotes everything stands for itself but the quote. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Linux' MAX_ARG_STRLEN is 131,072 bytes an argument; a longer body goes through the shell's own printf. */
const LONGEST_ARGUMENT = 100_000;

/** What curl adds or what only serves this extension: KServe's documentation writes Host and Content-Type. */
const LEFT_OUT = new Set(['accept', 'accept-encoding', 'user-agent']);

/**
 * The command of KServe's documentation for this request, for POSIX shells: Host, Content-Type (without it curl sends a form's
 * type, and KServe's Python server answers 500), the body as it is.
 * Throws PredictError `invalid` where `send` would, and for a NUL, which no shell can carry.
 */
export function copyAsCurl(request: PredictRequest): string {
  const { address, sni } = request.target;
  const own = new Set(Object.keys(request.headers ?? {}).map((name) => name.toLowerCase()));
  const parts = ['curl', '-sS', '-i'];
  let url = requestUrl(request);
  if (address.protocol === 'https' && sni !== undefined && sni !== address.host) {
    // The URL's name is what curl asks for in the handshake and checks; --connect-to leads it to the gateway.
    const port = address.port === 443 ? '' : `:${address.port}`;
    url = `https://${sni}${port}${fullPath(request)}`;
    parts.push('--connect-to', shellQuote(`::${authority(address)}`));
  }
  for (const [name, value] of wireHeaders(request)) {
    const lower = name.toLowerCase();
    if (LEFT_OUT.has(lower) && !own.has(lower)) continue;
    // `X:` would take the header away; `X;` sends it empty.
    parts.push('-H', shellQuote(value === '' ? `${name};` : `${name}: ${value}`));
  }
  let feed = '';
  const { body } = request;
  if (body !== undefined) {
    if (body.includes('\0')) throw new PredictError({ kind: 'invalid', detail: 'The body holds a NUL character, which no shell can carry.' });
    if (Buffer.byteLength(body) > LONGEST_ARGUMENT) {
      feed = `printf %s ${shellQuote(body)} | `;
      parts.push('--data-binary', '@-');
    } else {
      // Not `-d`: it takes a leading @ for a file.
      parts.push('--data-raw', shellQuote(body));
    }
  } else if (request.method !== 'GET') {
    parts.push('-X', request.method);
  }
  parts.push(shellQuote(url));
  return feed + parts.join(' ');
}
