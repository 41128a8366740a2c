const LEGAL = /^[a-zA-Z0-9 ._-]+$/;

export const isEventName = (name: string): boolean => LEGAL.test(name);
