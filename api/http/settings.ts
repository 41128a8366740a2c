/** 100 kB as the reference counts it: 102,400 bytes are taken, 102,401 are not. */
export const JSON_LIMIT_BYTES = 102_400;

export interface HttpSettings {
  /** True: a client's own correlation id is replaced (OVERWRITE_CORRELATION_ID_HEADER). */
  readonly overwriteCorrelationId: boolean;
  /** Name of the correlation header, lower case (CORRELATION_ID_HEADER). */
  readonly correlationIdHeader: string;
  /** Believe `x-forwarded-for`: only behind a proxy of ours. */
  readonly trustForwardedFor: boolean;
  readonly jsonLimitBytes: number;
  /** Of one uploaded file (UPLOADS_MAX_SIZE). */
  readonly uploadLimitBytes: number;
  /** ENABLE_HEALTHCHECK_LOGS */
  readonly logHealthChecks: boolean;
}

export const defaultHttpSettings: HttpSettings = {
  overwriteCorrelationId: true,
  correlationIdHeader: 'x-correlation-id',
  trustForwardedFor: false,
  jsonLimitBytes: JSON_LIMIT_BYTES,
  uploadLimitBytes: 10_000_000,
  logHealthChecks: false,
};
