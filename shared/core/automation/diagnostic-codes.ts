import type { Diagnostic } from './diagnostic';

interface CodeEntry {
  readonly severity: Diagnostic['severity'];
  /** True where even a lenient save is refused: there is no document that could be run. */
  readonly refuses?: true;
}

/** Every code that the compiler reports. `docs/reference/diagnostics.md` explains each; a test compares the two. */
export const diagnosticCodes = {
  YAML_SYNTAX: { severity: 'error', refuses: true },
  YAML_TAB: { severity: 'error', refuses: true },
  YAML_DUPLICATE_KEY: { severity: 'error', refuses: true },
  YAML_MULTIPLE_DOCUMENTS: { severity: 'error', refuses: true },
  YAML_ALIAS: { severity: 'error', refuses: true },
  YAML_ALIAS_LIMIT: { severity: 'error', refuses: true },
  YAML_TOO_DEEP: { severity: 'error', refuses: true },
  YAML_TOO_LARGE: { severity: 'error', refuses: true },
  YAML_KEY: { severity: 'error', refuses: true },
  YAML_UNQUOTED_TEMPLATE: { severity: 'error', refuses: true },
  YAML_MERGE_KEY: { severity: 'error', refuses: true },
  YAML_TAG: { severity: 'error', refuses: true },
  YAML_NUMBER: { severity: 'error', refuses: true },
  NUMBER_ROUNDED: { severity: 'warning' },
  DOCUMENT_SHAPE: { severity: 'error', refuses: true },
  FIELD_UNKNOWN: { severity: 'error', refuses: true },
  FIELD_MISSING: { severity: 'error', refuses: true },
  FIELD_TYPE: { severity: 'error', refuses: true },
  FIELD_VALUE: { severity: 'error', refuses: true },
  FIELD_IGNORED: { severity: 'warning' },
  SLUG_INVALID: { severity: 'error', refuses: true },
  SLUG_DUPLICATE: { severity: 'error', refuses: true },
  SLUG_IGNORED: { severity: 'warning' },
  WHEN_EMPTY: { severity: 'error', refuses: true },
  EVENT_NAME: { severity: 'error' },
  EVENT_NEVER_TRIGGERS: { severity: 'warning' },
  CRON_INVALID: { severity: 'error', refuses: true },
  ARGUMENT_PATTERN: { severity: 'error' },
  ARGUMENT_SCHEMA: { severity: 'error' },
  NOT_YET: { severity: 'error' },
  INSTRUCTION_SHAPE: { severity: 'error' },
  INSTRUCTION_KEYS: { severity: 'error' },
  INSTRUCTION_EMPTY: { severity: 'error' },
  INSTRUCTION_UNKNOWN: { severity: 'error' },
  INSTRUCTION_SHADOWED: { severity: 'warning' },
  SET_LIFESPAN_IGNORED: { severity: 'warning' },
  PATH_INVALID: { severity: 'error' },
  TEMPLATE_INVALID: { severity: 'error' },
  EXPRESSION_INVALID: { severity: 'error' },
  OUTPUT_NAME: { severity: 'error' },
  EMIT_PAYLOAD: { severity: 'error' },
  WAIT_EMPTY: { severity: 'error' },
  REPEAT_EMPTY: { severity: 'error' },
  SLEEP_INVALID: { severity: 'error' },
  FETCH_URL: { severity: 'error' },
  CALL_ARGUMENTS: { severity: 'error' },
  CALL_UNKNOWN: { severity: 'error' },
  CALL_DISABLED: { severity: 'warning' },
  CALL_PRIVATE: { severity: 'error' },
  CALL_TOO_DEEP: { severity: 'error' },
  APP_UNKNOWN: { severity: 'error' },
  APP_VERSION: { severity: 'error' },
  APP_RECURSIVE: { severity: 'error' },
  APP_BROKEN: { severity: 'error' },
  APP_LIMIT: { severity: 'error' },
  SCHEDULE_FORBIDDEN: { severity: 'warning' },
  RULE_INVALID: { severity: 'error', refuses: true },
  FILE_IGNORED: { severity: 'warning' },
} as const satisfies Record<string, CodeEntry>;

export type DiagnosticCode = keyof typeof diagnosticCodes;

/** Whether the problem refuses even a lenient save. */
export const refusesSave = (diagnostic: Diagnostic): boolean =>
  (diagnosticCodes as Record<string, CodeEntry>)[diagnostic.code]?.refuses === true;
