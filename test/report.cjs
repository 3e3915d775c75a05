// Mocha reporter of all layers: people see every test (or, with MOCHA_QUIET, only the failures), and the runner gets a file with the
// counts. No file means that the run did not reach its end, whatever its exit code says. With MOCHA_CAPTURE the text goes into
// the file too: an extension host's console is mixed with the editor's own lines.
'use strict';
const { writeFileSync } = require('node:fs');
const { format } = require('node:util');
const { reporters, Runner } = require('mocha');

const Shown = process.env.MOCHA_QUIET === undefined ? reporters.Spec : reporters.Base;

module.exports = class Report extends Shown {
  constructor(runner, options) {
    const text = [];
    if (process.env.MOCHA_CAPTURE !== undefined) {
      reporters.Base.consoleLog = (...args) => { text.push(format(...args)); };
    }
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      if (Shown === reporters.Base && failures > 0) {
        this.epilogue();
      }
      if (process.env.MOCHA_REPORT !== undefined) {
        writeFileSync(process.env.MOCHA_REPORT, JSON.stringify({ passed: passes, failed: failures, skipped: pending, text: text.join('\n') }));
      }
    });
  }
};
