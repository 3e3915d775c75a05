/** The entry of the manifest bundle (`dist/manifest.js`), loaded when the first YAML or JSON document is shown: it holds the YAML parser. */
export { editManifest } from './edit.ts';
export { hoverAt } from './hover.ts';
export { createManifestReader, readManifest } from './reader.ts';
