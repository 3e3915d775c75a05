/** Ends an edit; the message is a whole sentence for the user. `editManifest` turns it into `{ refused }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
