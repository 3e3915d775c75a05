// Loaded by the extension host in place of tests: activates the named extensions, one after the other, and writes how long each
// took to load and to activate. What the editor itself does around an activation (messages between its processes) is not in it.
'use strict';
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const SETTLE_MS = 3000;

exports.run = async () => {
  // The host has just started, and its own extensions with it: on two cores their work would be measured too.
  await new Promise((resolve) => { setTimeout(resolve, SETTLE_MS); });
  const times = {};
  for (const id of process.env.BENCH_EXTENSIONS.split(' ')) {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined || extension.isActive) {
      throw new Error(`${id} is ${extension === undefined ? 'not installed' : 'active already: its activation cannot be timed'}`);
    }
    times[id] = await timed(extension);
  }
  writeFileSync(process.env.BENCH_RESULTS, JSON.stringify(times));
};

/** Loads the main module as the host would, and puts a clock around its `activate` where the host then finds it. */
async function timed(extension) {
  const main = require.resolve(path.join(extension.extensionPath, extension.packageJSON.main));
  const began = performance.now();
  const loaded = require(main);
  const loading = performance.now() - began;
  let activating;
  require.cache[main].exports = {
    ...loaded,
    activate: async (context) => {
      const called = performance.now();
      const api = await loaded.activate(context);
      activating = performance.now() - called;
      return api;
    },
  };
  await extension.activate();
  if (activating === undefined) {
    throw new Error(`${extension.id} was activated from another copy of its code`);
  }
  return loading + activating;
}
