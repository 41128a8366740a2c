import { apiClient, type ApiClient } from './api-client';

/** A new account, logged in. The product has ACCOUNT_VALIDATION_METHOD=auto. */
export async function signUp(url: string, name: string): Promise<{ readonly id: string; readonly api: ApiClient }> {
  const nobody = apiClient(url, null);
  const account = { email: `${name}@example.org`, password: `the horse of ${name}` };
  const { id } = await nobody.ok('POST', '/signup', { ...account, firstName: name, lastName: 'Example' });
  const { token } = await nobody.ok('POST', '/login', account);
  return { id: String(id), api: apiClient(url, String(token)) };
}
