import * as vscode from 'vscode';
import type { Rollout, Variant } from '../kserve/rollout.ts';

const color = {
  good: 'testing.iconPassed',
  bad: 'testing.iconFailed',
  canary: 'charts.yellow',
  dim: 'disabledForeground',
} as const;

function icon(id: string, themeColor?: keyof typeof color): vscode.ThemeIcon {
  return new vscode.ThemeIcon(id, themeColor && new vscode.ThemeColor(color[themeColor]));
}

/** Something spins only while something moves. */
export function rolloutIcon({ phase, api }: Rollout): vscode.ThemeIcon {
  switch (phase) {
    case 'stable': return api === 'None' ? icon('question', 'dim') : icon('pass', 'good');
    case 'canary': return icon('beaker', 'canary');
    case 'deploying':
    case 'changing': return icon('sync~spin');
    case 'failing': return icon('error', 'bad');
    case 'stopped': return icon('debug-pause', 'dim');
    case 'unknown': return icon('question', 'dim');
  }
}

export function variantIcon(variant: Variant): vscode.ThemeIcon {
  if (variant.trouble) return icon('error', 'bad');
  switch (variant.role) {
    case 'stable': return icon('pass', 'good');
    case 'canary': return icon('beaker', variant.routed === 0 ? 'dim' : 'canary');
    case 'starting': return icon('sync~spin');
    case 'previous': return icon('history', 'dim');
    case 'superseded': return icon('circle-outline', 'dim');
  }
}
