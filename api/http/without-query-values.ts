/** Which automation takes which of them for a secret nobody knows here, and links of mails carry tokens. */
export const withoutQueryValues = (url: string): string => {
  const [path = '', query] = url.split('?', 2);
  return query === undefined ? path : `${path}?${query.replace(/=[^&]*/g, '=…')}`;
};
