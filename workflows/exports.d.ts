/** CommonJS exports of the entry module; declared here because the workflows know no Node types. */
declare const exports: object;
