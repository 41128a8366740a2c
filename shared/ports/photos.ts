/** Pictures that documents name: by an address elsewhere, or as a data URI. */
export interface Photos {
  /** Looks at what is there, without fetching it. @returns why it cannot be a photo; null when it can */
  problemOf(photo: string): Promise<string | null>;
}
