import type { StatusCause } from './errors.ts';
import type { NewObject, ResourceType } from './types.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const LABEL_WORDS =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an " +
  "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN_WORDS =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with " +
  "an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_VALUE_WORDS =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with " +
  "an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const KEY_WORDS =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

function invalidValue(field: string, value: string, words: string): StatusCause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${words}`, field };
}

function validKey(key: string): boolean {
  const [first = '', second, ...rest] = key.split('/');
  if (rest.length > 0) {
    return false;
  }
  const name = second ?? first;
  return name.length <= 63 && QUALIFIED.test(name) && (second === undefined || SUBDOMAIN.test(first));
}

/** What is wrong with an object's name, labels and annotations, in the words of apimachinery's `pkg/util/validation`. */
export function metadataCauses(type: ResourceType, object: Pick<NewObject, 'metadata'>): StatusCause[] {
  const { name = '', labels = {}, annotations = {} } = object.metadata;
  const causes: StatusCause[] = [];
  if (name === '') {
    causes.push({
      reason: 'FieldValueRequired',
      message: 'Required value: name or generateName is required',
      field: 'metadata.name',
    });
  } else if (type.group === '' && (type.kind === 'Namespace' || type.kind === 'Service')) {
    if (name.length > 63) {
      causes.push(invalidValue('metadata.name', name, 'must be no more than 63 characters'));
    }
    if (!LABEL.test(name)) {
      causes.push(invalidValue('metadata.name', name, LABEL_WORDS));
    }
  } else {
    if (name.length > 253) {
      causes.push(invalidValue('metadata.name', name, 'must be no more than 253 characters'));
    }
    if (!SUBDOMAIN.test(name)) {
      causes.push(invalidValue('metadata.name', name, SUBDOMAIN_WORDS));
    }
  }
  for (const [key, value] of Object.entries(labels)) {
    if (!validKey(key)) {
      causes.push(invalidValue('metadata.labels', key, KEY_WORDS));
    }
    if (value.length > 63) {
      causes.push(invalidValue('metadata.labels', value, 'must be no more than 63 characters'));
    } else if (value !== '' && !QUALIFIED.test(value)) {
      causes.push(invalidValue('metadata.labels', value, LABEL_VALUE_WORDS));
    }
  }
  for (const key of Object.keys(annotations)) {
    if (!validKey(key.toLowerCase())) {
      causes.push(invalidValue('metadata.annotations', key, KEY_WORDS));
    }
  }
  return causes;
}

const SUFFIX_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters of Kubernetes' vowel-free alphabet after the base, which is cut to 58 (`names.SimpleNameGenerator`). */
export function generatedName(base: string): string {
  let suffix = '';
  for (let i = 0; i < 5; i++) {
    suffix += SUFFIX_ALPHABET.charAt(Math.floor(Math.random() * SUFFIX_ALPHABET.length));
  }
  return base.slice(0, 58) + suffix;
}
