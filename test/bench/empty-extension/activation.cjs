// Loaded by the extension host in place of tests: activates the named extensions, one after the other, and writes how long each took.
'use strict';
const { writeFileSync } = require('node:fs');
const vscode = require('vscode');

exports.run = async () => {
  const times = {};
  for (const id of process.env.BENCH_EXTENSIONS.split(' ')) {
    const extension = vscode.extensions.getExtension(id);
    if (extension === undefined || extension.isActive) {
      throw new Error(`${id} is ${extension === undefined ? 'not installed' : 'active already: its activation cannot be timed'}`);
    }
    const began = performance.now();
    await extension.activate();
    times[id] = performance.now() - began;
  }
  writeFileSync(process.env.BENCH_RESULTS, JSON.stringify(times));
};
