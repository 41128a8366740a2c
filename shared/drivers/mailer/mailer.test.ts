import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fakeLog } from '../../testing/fakes/log';
import { logMailer } from './log';
import { smtpMailer } from './smtp';

const mail = { to: 'ada@example.org', subject: 'Hello', text: 'a secret link' };

describe('logMailer', () => {
  it('shows the mail, or only that there is one', async () => {
    const log = fakeLog();
    await logMailer(log, { showText: true }).send(mail);
    await logMailer(log, { showText: false }).send(mail);
    expect(log.lines.map(({ level }) => level)).toEqual(['info', 'warn']);
    expect(JSON.stringify(log.lines[0])).toContain('a secret link');
    expect(JSON.stringify(log.lines[1])).not.toContain('a secret link');
  });
});

describe('smtpMailer', () => {
  it('speaks to a mail server', async () => {
    const server = await smtpServer();
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${server.port}`, from: 'Ostinato <no-reply@example.org>' });
    await mailer.send(mail);
    mailer.close();
    await server.close();
    expect(server.received()).toMatch(/RCPT TO:<ada@example.org>/);
    expect(server.received()).toMatch(/Subject: Hello[^]*a secret link/);
  });

  it('sends to the one address given, whatever it looks like', async () => {
    const server = await smtpServer();
    const mailer = smtpMailer({ url: `smtp://127.0.0.1:${server.port}`, from: 'a@example.org' });
    await mailer.send({ ...mail, subject: 'x\r\nBcc: eve@example.org' });
    mailer.close();
    await server.close();
    expect(server.received().match(/RCPT TO/g)).toHaveLength(1);
    expect(server.received()).not.toMatch(/^Bcc:/m);
  });
});

/** As much of a mail server as one mail needs. */
async function smtpServer() {
  let received = '';
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    let inData = false;
    socket.write('220 test\r\n');
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      received += chunk.toString();
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (inData) {
          if (line !== '.') continue;
          inData = false;
          socket.write('250 kept\r\n');
        } else if (line === 'DATA') {
          inData = true;
          socket.write('354 go on\r\n');
        } else socket.write(line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received: () => received,
    close: () =>
      new Promise<void>((resolve) => {
        sockets.forEach((socket) => socket.destroy());
        server.close(() => resolve());
      }),
  };
}
