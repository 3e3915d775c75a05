declare module 'json-merge-patch' {
  const mergePatch: {
    /** RFC 7396; changes the target in place. */
    apply(target: unknown, patch: unknown): unknown;
  };
  export default mergePatch;
}
