import { outputField, type FieldTable } from '../field-table';

export const partFields = {
  fieldname: { description: 'Name of the part.', kinds: ['text'], required: true },
  value: { description: 'Text, base64 text or a list of bytes.' },
  filename: { description: 'Makes the part a file.', kinds: ['text'] },
  contentType: { description: 'Type of its content.', kinds: ['text'] },
} as const satisfies FieldTable;

export const concatenateFields = {
  path: { description: 'Field of each data element whose texts or lists are put together.', kinds: ['text'] },
  throttle: { description: 'Milliseconds: at most one event in each such period.', kinds: ['number'] },
} as const satisfies FieldTable;

export const streamFields = {
  event: { description: 'Name of the event that each piece becomes.', kinds: ['text'] },
  payload: { description: 'Comes with each piece as `additionalPayload`.' },
  target: { description: 'Who may read the events.', kinds: ['mapping'] },
  options: { description: 'How the events are kept and shown.', kinds: ['mapping'] },
  concatenate: {
    description: 'Puts a field of all pieces so far together.',
    kinds: ['mapping'],
    parts: concatenateFields,
  },
} as const satisfies FieldTable;

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
  multipart: {
    description: 'Parts of a form, such as `{fieldname: file, value: aGk=}`.',
    kinds: ['list'],
    parts: partFields,
  },
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
  stream: {
    description: 'What to make of an answer that comes in pieces.',
    kinds: ['mapping'],
    parts: streamFields,
  },
  prismeaiApiKey: { description: 'Key for the own API, such as `{name: key}`.', kinds: ['mapping'] },
  output: outputField,
} as const satisfies FieldTable;
