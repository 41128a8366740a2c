import type { Mailer } from '../../ports/identity/mailer';
import type { Log } from '../../ports/log';

/**
 * Writes mails to the log, where the one person of a local installation finds them.
 * @param showText  false where the log is kept and shipped: the links in a mail are as good as a password
 */
export const logMailer = (log: Log, { showText }: { readonly showText: boolean }): Mailer => ({
  async send({ to, subject, text }) {
    if (showText) log.info({ mail: { to, subject, text } }, 'mail');
    else log.warn({ mail: { to, subject } }, 'mail not sent: no mail server is set (OSTINATO_SMTP_URL)');
  },
});
