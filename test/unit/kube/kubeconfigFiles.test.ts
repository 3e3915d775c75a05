import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { type Environment, findKubeconfigFiles } from '../../../src/kube/kubeconfig/files.ts';

function on(platform: 'linux' | 'win32', env: Record<string, string>, existing: readonly string[] = []): Environment {
  return { env, platform, cwd: platform === 'win32' ? 'C:\\cwd' : '/cwd', exists: (file) => existing.includes(file) };
}

function files(environment: Environment, kubeconfig?: string): readonly string[] {
  return findKubeconfigFiles(kubeconfig === undefined ? {} : { kubeconfig }, environment).files;
}

describe('kube: which kubeconfig files', () => {
  it('~/.kube/config without KUBECONFIG', () => {
    assert.deepEqual(files(on('linux', { HOME: '/home/j' })), ['/home/j/.kube/config']);
    assert.deepEqual(files(on('linux', { HOME: '/home/j', KUBECONFIG: '' })), ['/home/j/.kube/config']);
    assert.deepEqual(files(on('linux', {})), [`${homedir()}/.kube/config`]);
  });

  it('those of KUBECONFIG in order, without repeats and empty entries', () => {
    assert.deepEqual(files(on('linux', { KUBECONFIG: '/b:a/c::/b:' })), ['/b', '/cwd/a/c']);
    assert.deepEqual(files(on('linux', { KUBECONFIG: ':' })), []);
  });

  it('an explicit file alone, with ~', () => {
    const environment = on('linux', { HOME: '/home/j', KUBECONFIG: '/b' });
    assert.deepEqual(files(environment, '~/x'), ['/home/j/x']);
    assert.deepEqual(files(environment, 'x'), ['/cwd/x']);
    assert.equal(findKubeconfigFiles({ kubeconfig: 'x' }, environment).explicit, true);
    assert.deepEqual(files(environment, ''), ['/b']);
  });

  it('Windows: its separator, quotes and drives', () => {
    assert.deepEqual(files(on('win32', { KUBECONFIG: 'C:\\a;"D:\\x;y\\b";c' })), ['C:\\a', 'D:\\x;y\\b', 'C:\\cwd\\c']);
  });

  it('Windows: the home folder that holds a kubeconfig, else one that exists', () => {
    const env = { HOME: 'H:\\', HOMEDRIVE: 'D:', HOMEPATH: '\\j', USERPROFILE: 'C:\\Users\\j' };
    assert.deepEqual(files(on('win32', env, ['C:\\Users\\j\\.kube\\config', 'H:\\'])), ['C:\\Users\\j\\.kube\\config']);
    assert.deepEqual(files(on('win32', env, ['D:\\j\\.kube\\config', 'C:\\Users\\j\\.kube\\config'])), ['D:\\j\\.kube\\config']);
    assert.deepEqual(files(on('win32', env, ['D:\\j', 'C:\\Users\\j'])), ['C:\\Users\\j\\.kube\\config']);
    assert.deepEqual(files(on('win32', env)), ['H:\\.kube\\config']);
  });
});
