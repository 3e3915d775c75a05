// One way out for every task: what was started is stopped, once, whether the task ends by itself, by Ctrl-C, by SIGTERM, by
// its terminal closing or because the process that started it is gone.
const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** @type {Set<() => unknown>} */
const cleanups = new Set();
/** @type {Promise<never> | undefined} */
let ending;

/**
 * Registers something to undo at the end.
 * @param {() => unknown} cleanup may return a promise; must not throw
 * @returns {() => void} takes it off the list again
 */
export function onEnd(cleanup) {
  cleanups.add(cleanup);
  return () => void cleanups.delete(cleanup);
}

/** Undoes everything, then leaves. Later calls wait for the first. */
export function end(code) {
  ending ??= leave(code);
  return ending;
}

async function leave(code) {
  await Promise.allSettled([...cleanups].map((cleanup) => cleanup()));
  process.exit(code);
}

/** Listens for every way in which the outside can end this process. */
export function endWithOwner() {
  for (const [signal, code] of Object.entries(SIGNAL_CODES)) {
    process.on(signal, () => void end(code));
  }
  if (process.connected) {
    process.once('disconnect', () => void end(SIGNAL_CODES.SIGTERM));
    process.channel?.unref();
  }
  // npm passes a signal to the shell that it runs us in, which ends without passing it on.
  if (process.env.npm_lifecycle_event !== undefined) {
    const owner = process.ppid;
    setInterval(() => { if (process.ppid !== owner) void end(SIGNAL_CODES.SIGTERM); }, 250).unref();
  }
  // A closed terminal makes every write fail: that must not get between us and the cleaning up.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}
