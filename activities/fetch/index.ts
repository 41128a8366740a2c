export { createFetch, type FetchSettings } from './fetch';
