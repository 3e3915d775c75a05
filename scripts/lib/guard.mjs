// Stands between a task and a process that the task owns: when the task ends, in whatever way (a killed one cannot clean up
// after itself), the pipe to this guard closes, and the guard ends the process with all that came from it.
// Argument: {command, args, marker, remove}, as JSON. It is the leader of its own process group.
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { descendantsByMarker, endTree } from './processes.mjs';

const PATIENCE_MS = 5000;
const { command, args, marker, remove } = JSON.parse(process.argv[2]);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {});
}
// The standard input of the process stays open as long as its owner lives: some programs take its end for their own.
const script = /\.cmd$/i.test(command); // Windows runs these through a shell only.
const child = spawn(script ? `"${command}"` : command, script ? args.map((arg) => `"${arg}"`) : args, { stdio: ['pipe', 'inherit', 'inherit'], shell: script, windowsHide: true });
child.stdin.on('error', () => {});
const exited = new Promise((resolve) => {
  child.once('error', (error) => { console.error(`${command}: ${error.message}`); resolve(127); });
  child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
});
const ownerGone = new Promise((resolve) => process.stdin.on('end', resolve).on('error', resolve).resume());

const code = await Promise.race([exited, ownerGone.then(() => undefined)]);
endTree(process.pid, child.pid, 'SIGTERM');
endStrays('SIGTERM');
const since = Date.now();
let gone = code !== undefined;
void exited.then(() => { gone = true; });
while (Date.now() - since < PATIENCE_MS && (!gone || descendantsByMarker(marker).length > 0)) {
  await sleep(50);
}
endStrays('SIGKILL');
if (remove !== undefined) {
  rmSync(remove, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
if (!gone) {
  endTree(process.pid, child.pid, 'SIGKILL');
}
process.exit(code ?? 0);

/** What left the group: a desktop VS Code does. */
function endStrays(signal) {
  for (const pid of descendantsByMarker(marker)) {
    endTree(undefined, pid, signal);
  }
}
