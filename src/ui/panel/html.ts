/** The page of the predict panel, whole. No script and no style stands in it: the policy would not run them. */
import type { Translate } from '../../predict/index.ts';

export interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly codicons: string;
  /** The webview's own source for the policy. */
  readonly source: string;
  readonly nonce: string;
  /** BCP 47. */
  readonly language: string;
  readonly mac: boolean;
  readonly t: Translate;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function pageHtml(parts: PageParts): string {
  const t: Translate = (message, ...args) => escape(parts.t(message, ...args));
  const { nonce, source } = parts;
  const shortcut = parts.mac ? '⌘⏎' : 'Ctrl+Enter';
  // A body that came over the network is shown as text only; even so nothing may be loaded from anywhere but the extension's own files.
  const policy = `default-src 'none'; style-src ${source} 'nonce-${nonce}'; font-src ${source}; script-src 'nonce-${nonce}';`;
  return `<!DOCTYPE html>
<html lang="${escape(parts.language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" id="vscode-codicon-stylesheet" href="${escape(parts.codicons)}" nonce="${nonce}">
<link rel="stylesheet" href="${escape(parts.style)}" nonce="${nonce}">
<title>${t('Predict')}</title>
</head>
<body data-body-label="${t('Request body, JSON')}" data-answer-label="${t('Answer body')}" data-json-error="${t('Line {0}: {1}', '{0}', '{1}')}" data-no-headers="${t('No headers came.')}" data-no-timing="${t('No times: nothing came.')}" data-no-body="${t('No body came.')}" data-tried="${t('What was tried')}">
<header>
  <div class="title-row">
    <h1><span id="service"></span> <span id="place" class="dim"></span></h1>
    <div id="targets" role="group" aria-label="${t('Send to')}"></div>
    <vscode-single-select id="protocol" label="${t('Protocol')}" title="${t('Protocol')}">
      <vscode-option value="v1">V1 · predict</vscode-option>
      <vscode-option value="v2">V2 · infer</vscode-option>
    </vscode-single-select>
  </div>
  <div id="request" hidden>
    <div class="line"><span class="key" id="method"></span> <code id="request-line"></code></div>
    <div class="line"><span class="key">Host</span> <span><code id="host-line"></code>
      <button type="button" id="why" class="link" aria-expanded="false" aria-controls="why-parts">${t('why here?')}</button></span></div>
    <dl id="why-parts" hidden></dl>
  </div>
  <div id="problem" class="notice" role="alert" hidden></div>
</header>
<main id="panes">
  <section id="body-pane" aria-label="${t('Request')}">
    <div class="pane-head"><h2>${t('Body')}</h2> <span id="body-from" class="dim"></span></div>
    <div id="body-box"><div id="body-editor"></div><div id="body-state" role="status" hidden></div></div>
    <div class="actions">
      <vscode-button id="send" icon="send" title="${t('Send ({0})', shortcut)}" disabled>${t('Send')}</vscode-button>
      <vscode-button id="send-both" icon="split-horizontal" secondary disabled>${t('Send to Both')}</vscode-button>
      <vscode-button id="cancel" icon="debug-stop" secondary hidden>${t('Cancel')}</vscode-button>
      <span class="spacer"></span>
      <button type="button" id="copy-curl" class="link" disabled>${t('Copy as curl')}</button>
    </div>
  </section>
  <section id="answer-pane" aria-label="${t('Answer')}" aria-busy="false">
    <div class="pane-head"><h2>${t('Answer')}</h2> <span id="sending" class="dim" role="status"></span></div>
    <div id="answer-empty" class="empty"><p>${t('Nothing sent yet.')}</p><p class="dim">${t('{0} sends the body to the chosen target.', shortcut)}</p></div>
    <p id="verdict" role="status" hidden></p>
    <div id="sides" hidden></div>
    <div id="answer-tabs" hidden>
      <vscode-tabs id="tabs" aria-label="${t('Answer')}">
        <vscode-tab-header slot="header" data-tab="body">${t('Body')}</vscode-tab-header>
        <vscode-tab-panel><div id="answer-body"></div></vscode-tab-panel>
        <vscode-tab-header slot="header" data-tab="headers">${t('Headers')}</vscode-tab-header>
        <vscode-tab-panel><div id="answer-headers"></div></vscode-tab-panel>
        <vscode-tab-header slot="header" data-tab="timing">${t('Timing')}</vscode-tab-header>
        <vscode-tab-panel><div id="answer-timing"></div></vscode-tab-panel>
        <button type="button" slot="addons" id="open-answer" class="link" hidden>${t('Open in Editor')}</button>
      </vscode-tabs>
    </div>
  </section>
</main>
<div id="note" role="status"></div>
<script nonce="${nonce}" src="${escape(parts.script)}"></script>
</body>
</html>`;
}
