import type { User } from '../../shared/core/identity/user';
import type { OneTimePurpose } from '../../shared/ports/identity/token-stores';
import type { HttpRequest } from '../http/contract';
import type { IdentityDependencies } from './dependencies';
import { hashOf, newSecretToken } from './secret-tokens';
import { LINK_MS } from './settings';

export interface LinkMail {
  readonly user: User;
  readonly purpose: OneTimePurpose;
  readonly language?: string;
}

const PATHS: { readonly [K in OneTimePurpose]: string } = {
  validation: 'validate',
  password: 'forgot',
  deletion: 'account/delete',
};

/**
 * Mails a link that serves once, for an hour. Nobody waits for it: whether there is an account, and how the mail server
 * is, must not show in the time of the answer.
 */
export function sendLink(parts: IdentityDependencies, { caller }: HttpRequest, link: LinkMail): void {
  deliver(parts, link).catch((error: unknown) => {
    parts.log.error(
      { correlationId: caller.correlationId, userId: link.user.id, err: error, purpose: link.purpose },
      'a mail could not be sent',
    );
  });
}

async function deliver(parts: IdentityDependencies, { user, purpose, language }: LinkMail): Promise<void> {
  const { oneTimeTokens, mailer, settings, now = Date.now } = parts;
  if (user.email === undefined) return;
  const token = newSecretToken();
  await oneTimeTokens.put(hashOf(token), { purpose, userId: user.id, expiresAt: now() + LINK_MS });
  const { noConsole, ...texts } = textsIn(language ?? user.language);
  const { subject, text } = texts[purpose];
  const way = settings.hasConsole
    ? `${settings.consoleUrl.replace(/\/$/, '')}/${PATHS[purpose]}?token=${token}`
    : `${noConsole}\n\n${COMMANDS[purpose](settings.audience.replace(/\/$/, ''), token, user)}`;
  await mailer.send({ to: user.email, subject, text: `${text}\n\n${way}\n` });
}

/** What a page of the console would do with the link. */
const COMMANDS: { readonly [K in OneTimePurpose]: (api: string, token: string, user: User) => string } = {
  validation: (api, token) => `curl ${api}/user/validate -H 'content-type: application/json' -d '{"token":"${token}"}'`,
  password: (api, token) =>
    `curl ${api}/user/password -H 'content-type: application/json' -d '{"token":"${token}","password":"..."}'`,
  deletion: (api, token, { id }) => `curl -X DELETE '${api}/users/${id}?token=${token}' -H 'authorization: Bearer ...'`,
};

function textsIn(language: string | undefined): Texts {
  const known = language !== undefined && Object.hasOwn(TEXTS, language) ? TEXTS[language] : undefined;
  return known ?? ENGLISH;
}

type Texts = { readonly [K in OneTimePurpose]: { readonly subject: string; readonly text: string } } & {
  readonly noConsole: string;
};

const ENGLISH: Texts = {
  noConsole: 'There is no page to follow it to (CONSOLE_URL is not set). This request does the same:',
  validation: {
    subject: 'Validate your email address',
    text: 'Follow this link within an hour to validate your email address. If you have not opened an account, do nothing.',
  },
  password: {
    subject: 'Choose a new password',
    text: 'Follow this link within an hour to choose a new password. If you have not asked for it, do nothing.',
  },
  deletion: {
    subject: 'Delete your account',
    text: 'Follow this link within an hour to delete your account for ever. If you have not asked for it, do nothing.',
  },
};

const TEXTS: { readonly [language: string]: Texts } = {
  en: ENGLISH,
  fr: {
    noConsole: "Aucune page n'est là pour le suivre (CONSOLE_URL n'est pas défini). Cette requête fait de même :",
    validation: {
      subject: 'Validez votre adresse',
      text: "Suivez ce lien dans l'heure pour valider votre adresse. Si vous n'avez pas ouvert de compte, ne faites rien.",
    },
    password: {
      subject: 'Choisissez un nouveau mot de passe',
      text: "Suivez ce lien dans l'heure pour choisir un nouveau mot de passe. Si vous n'avez rien demandé, ne faites rien.",
    },
    deletion: {
      subject: 'Supprimez votre compte',
      text: "Suivez ce lien dans l'heure pour supprimer votre compte. Si vous n'avez rien demandé, ne faites rien.",
    },
  },
};
