/** 100 kB as the reference counts it: 102,400 bytes are taken, 102,401 are not. */
export const JSON_LIMIT_BYTES = 102_400;

export interface HttpSettings {
  readonly jsonLimitBytes: number;
  /** Of one uploaded file (UPLOADS_MAX_SIZE). */
  readonly uploadLimitBytes: number;
}

export const defaultHttpSettings: HttpSettings = {
  jsonLimitBytes: JSON_LIMIT_BYTES,
  uploadLimitBytes: 10_000_000,
};
