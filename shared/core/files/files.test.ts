import { addressName } from './address-name';
import { readDataUri } from './data-uri';
import { isTypeIn, plainType } from './mimetype';

it.each([
  ['Text/Plain; charset=utf-8', 'text/plain'],
  ['image/svg+xml', 'image/svg+xml'],
  ['nothing', 'application/octet-stream'],
  ['text/html\r\nx: y', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('takes %j for the type %s', (given, type) => expect(plainType(given)).toBe(type));

it.each([
  ['image/png', ['image/*'], true],
  ['imagery/png', ['image/*'], false],
  ['text/plain', ['application/json', 'text/plain'], true],
  ['text/plain', [], false],
  ['text/plain', ['*'], true],
])('knows whether %s is one of %j', (type, patterns, isIn) => expect(isTypeIn(type, patterns)).toBe(isIn));

it.each([
  ['data:text/plain;base64,YWJj', { mimetype: 'text/plain', base64: 'YWJj' }],
  ['data:text/plain;filename:a%20b.txt;base64,', { mimetype: 'text/plain', name: 'a b.txt', base64: '' }],
  ['data:;filename=%.txt;base64,YQ==', { mimetype: 'application/octet-stream', name: '%.txt', base64: 'YQ==' }],
  ['data:text/plain,abc', undefined],
  ['data:text/plain;base64,a-b', undefined],
  ['data:text/plain;base64', undefined],
  ['hello', undefined],
])('reads %j', (text, uri) => expect(readDataUri(text)).toEqual(uri));

it.each([
  ['Été (1).png', 'Ete-1-.png'],
  ['../../etc/passwd', 'etc-passwd'],
  ['日本', 'file'],
  [`${'x'.repeat(200)}.pdf`, `${'x'.repeat(96)}.pdf`],
])('names %j in an address %s', (name, safe) => expect(addressName(name)).toBe(safe));
