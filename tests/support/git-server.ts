import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { SelfSigned } from './self-signed';

export interface GitServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Method and path of each request, and who made it. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface GitServerOptions {
  /** Folder of the repositories. */
  readonly root: string;
  readonly tls?: SelfSigned;
  /** Everybody else is answered with 401. Absent: everybody may read and write. */
  readonly login?: { readonly user: string; readonly password: string };
  /** Every request is sent on to here. */
  readonly redirectTo?: string;
}

/** Git's own server program behind a server of node's, over HTTP or HTTPS. */
export async function startGitServer({ root, tls, login, redirectTo }: GitServerOptions): Promise<GitServer> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const requests: string[] = [];
  const answer: RequestListener = (request, response) => {
    const user = userOf(request);
    requests.push(`${request.method} ${request.url} ${user?.name ?? '-'}`);
    if (redirectTo !== undefined) return response.writeHead(302, { location: redirectTo + request.url }).end();
    if (login && (user?.name !== login.user || user.password !== login.password))
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    runCgi(backend, { root, user: user?.name }, request, response);
  };
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function userOf({ headers }: IncomingMessage): { readonly name: string; readonly password: string } | undefined {
  const encoded = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const [name = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { name, password: rest.join(':') };
}

/** As a web server runs a CGI program (RFC 3875). */
function runCgi(
  program: string,
  { root, user = 'somebody' }: { readonly root: string; readonly user?: string | undefined },
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://git');
  const {
    'content-type': type = '',
    'content-encoding': encoding = '',
    'git-protocol': protocol = '',
  } = request.headers;
  const child = spawn(program, {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: type,
      HTTP_CONTENT_ENCODING: String(encoding),
      GIT_PROTOCOL: String(protocol),
      REMOTE_USER: user,
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => void pieces.push(piece));
  child.on('close', () => {
    const whole = Buffer.concat(pieces);
    const split = whole.indexOf('\r\n\r\n');
    let status = 200;
    for (const line of whole.toString('latin1', 0, split).split('\r\n')) {
      const [name = '', value = ''] = line.split(/: (.*)/);
      if (name === 'Status') status = parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status).end(whole.subarray(split + 4));
  });
}
