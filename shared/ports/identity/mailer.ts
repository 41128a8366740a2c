export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** @throws any error of the mail server; nothing is known of the mail then */
export interface Mailer {
  send(mail: Mail): Promise<void>;
}
