import { createTransport } from 'nodemailer';
import type { Mailer } from '../../ports/identity/mailer';

export interface SmtpOptions {
  /** Such as `smtps://user:password@mail.example.org:465`. */
  readonly url: string;
  readonly from: string;
}

/** Sends by a mail server. A mail that stalls must not hold a connection for ever. */
export function smtpMailer({ url, from }: SmtpOptions): Mailer & { close(): void } {
  const transport = createTransport(url, {
    from,
    // A mail of ours names no files and no addresses to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ to, subject, text }) {
      await transport.sendMail({ to: { name: '', address: to }, subject, text });
    },
    close: () => transport.close(),
  };
}
