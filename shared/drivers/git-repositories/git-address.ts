import { isIP } from 'node:net';
import { fail } from '../../core/errors/errors';
import type { GitRemote } from '../../ports/git-repositories';

export interface AddressOptions {
  /** May an address be a folder of this machine? */
  readonly localPaths: boolean;
  /**
   * Given: looks the host up, and says at which addresses it is to be called.
   * @throws Error for a host that may not be called
   */
  checkHost?(host: string): Promise<readonly string[]>;
}

/** An address that may be used, as it is given to git: with nothing in it that only git may know. */
export interface GitAddress {
  readonly url: string;
  /** Settings of git. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** Options of ssh. */
  readonly ssh: readonly string[];
  /** Credentials that were written into the address. */
  readonly user?: string;
  readonly password?: string;
}

const BRANCH = /^(?!.*(\.\.|\/\/|@\{|\.lock(\/|$)))[A-Za-z0-9_][A-Za-z0-9._/-]{0,200}$/;
/** Nothing that git, curl and ssh could take for the end of the host, or for an option. */
const URL_ADDRESS =
  /^(?<scheme>https?|ssh|git):\/\/(?:(?<user>[\w.~%!$&'()*+,;=-]*)(?::(?<password>[\w.~%!$&'()*+,;=:-]*))?@)?(?<host>\[[0-9a-f:.]+\]|\w[\w.-]*)(?::(?<port>\d{1,5}))?(?<path>\/[^\s\\]+)$/i;
const SHORT_ADDRESS = /^\w[\w.-]*@(?<host>\w[\w.-]*):[^\s-][^\s\\]*$/;
const PORTS: { readonly [scheme: string]: string } = { http: '80', https: '443' };

export function assertBranch(name: string, what: 'branch' | 'version'): void {
  if (!BRANCH.test(name)) throw refused(`the name of the ${what} cannot be one`, 'BadBranch');
}

/**
 * What may be called, and as what. A host that was looked up is called at the address that was judged: a name that leads
 * elsewhere a moment later leads nowhere.
 * @throws RepositoryError
 */
export async function checkAddress({ localPaths, checkHost }: AddressOptions, remote: GitRemote): Promise<GitAddress> {
  const { url, branch } = remote;
  assertBranch(branch, 'branch');
  if (/^(\/|file:\/\/\/)/.test(url) && !url.includes('\0')) {
    if (!localPaths) throw refused('folders of this machine are no addresses here', 'LocalPath');
    return { url, settings: [], ssh: [] };
  }
  const groups = URL_ADDRESS.exec(url)?.groups ?? SHORT_ADDRESS.exec(url)?.groups;
  if (!groups?.['host']) throw refused('the address is none of https, http, ssh, git or git@…:…', 'BadAddress');
  const { scheme = 'ssh', user, password, port, path = '' } = groups;
  const host = groups['host'].replace(/^\[|\]$/g, '');
  const found = await checkHost?.(host).catch(() => {
    throw refused('its host may not be called', 'PrivateAddress');
  });
  const at = isIP(host) === 0 ? (found ?? []) : [];
  // What takes one only gets one that is reached from everywhere.
  const pinned = at.find((one) => isIP(one) === 4) ?? at[0];
  switch (scheme.toLowerCase()) {
    case 'ssh':
      if (password !== undefined) throw refused('ssh takes a key, no password', 'BadAddress');
      return { url, settings: [], ssh: pinned === undefined ? [] : ['-o', `HostName=${pinned}`, '-o', `HostKeyAlias=${host}`] }; // prettier-ignore
    case 'git':
      if (pinned === undefined) return { url, settings: [], ssh: [] };
      return { url: `git://${inUrl(pinned)}${port === undefined ? '' : `:${port}`}${path}`, settings: [], ssh: [] };
    default: {
      const where = port ?? PORTS[scheme.toLowerCase()] ?? '';
      if (password !== undefined && scheme.toLowerCase() !== 'https')
        throw refused('a password needs an address with https', 'BadAddress');
      return {
        // Credentials on a command line are seen by everybody on this machine.
        url: `${scheme}://${groups['host']}${port === undefined ? '' : `:${port}`}${path}`,
        settings: at.length === 0 ? [] : [['http.curloptResolve', `${host}:${where}:${at.map(inUrl).join(',')}`]],
        ssh: [],
        ...(user && { user: decoded(user) }),
        ...(password !== undefined && { password: decoded(password) }),
      };
    }
  }
}

export const refused = (why: string, reason: string): Error =>
  fail('RepositoryError', `The repository cannot be used: ${why}`, { reason });

const inUrl = (address: string): string => (isIP(address) === 6 ? `[${address}]` : address);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Written without care: as it stands.
  }
}
