import { outputField, type FieldTable } from '../field-table';

export const fetchFields = {
  url: { description: 'Address, beginning with `https://` or `http://`.', kinds: ['text'], required: true },
  method: {
    description: 'HTTP method.',
    kinds: ['text'],
    oneOf: ['get', 'post', 'put', 'patch', 'delete'],
    default: 'get',
  },
  headers: { description: 'HTTP headers by name.', kinds: ['mapping'] },
  query: { description: 'Parameters behind the `?` by name; a list gives several.', kinds: ['mapping'] },
  body: { description: 'What is sent: JSON, unless the content-type says otherwise.' },
  multipart: { description: 'Parts of a form, files among them.' },
  emitErrors: {
    description: 'Send `runtime.fetch.failed` when the answer is 4xx or 5xx.',
    kinds: ['boolean'],
    default: true,
  },
  outputMode: {
    description: 'What `output` gets: the `body`, a `detailed_response` with status and headers, or a `data_url`.',
    kinds: ['text'],
    oneOf: ['body', 'detailed_response', 'data_url'],
    default: 'body',
  },
  stream: { description: 'Events to make of an answer that comes in pieces.' },
  prismeaiApiKey: { description: 'Key for the own API, such as `{name: key}`.', kinds: ['mapping'] },
  output: outputField,
} as const satisfies FieldTable;
