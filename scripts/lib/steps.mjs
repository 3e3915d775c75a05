// Progress of long steps: on a terminal one line with a running clock, in a log a line at the start, now and then, and at the end.
const LOG_EVERY_MS = 15_000;
const terminal = process.stderr.isTTY === true;

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(terminal ? 0 : 1)} s`;

/**
 * Runs `work` while showing `label` and how long it has taken.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const start = Date.now();
  const show = (text) => process.stderr.write(terminal ? `\r\x1b[K${text}` : `${text}\n`);
  show(`${label} …`);
  const timer = setInterval(() => show(`${label} … ${seconds(start)}`), terminal ? 1000 : LOG_EVERY_MS);
  try {
    const result = await work();
    show(`${label}: done in ${((Date.now() - start) / 1000).toFixed(1)} s${terminal ? '\n' : ''}`);
    return result;
  } catch (error) {
    show(`${label}: failed after ${((Date.now() - start) / 1000).toFixed(1)} s${terminal ? '\n' : ''}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
