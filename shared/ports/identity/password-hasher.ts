export interface PasswordHasher {
  /** Salted: two hashes of one password differ. @throws Overloaded when too many wait */
  hash(password: string): Promise<string>;
  /**
   * @param hash  absent for a user who has none: takes as long, and is false, so that the time tells nobody which
   *   accounts exist
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}
