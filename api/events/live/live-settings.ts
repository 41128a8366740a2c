export interface LiveSettings {
  /** Open at once in one workspace (OSTINATO_SOCKETS_PER_WORKSPACE). */
  readonly socketsPerWorkspace: number;
  /** Held requests in one workspace (OSTINATO_POLLS_PER_WORKSPACE). */
  readonly pollsPerWorkspace: number;
  /** Messages that one websocket may send; four times as many at once (OSTINATO_SOCKET_MESSAGES_PER_SECOND). */
  readonly messagesPerSecond: number;
  /** What may wait for one websocket before it is closed (OSTINATO_SOCKET_BUFFER_KB). */
  readonly bufferBytes: number;
}

export const defaultLiveSettings: LiveSettings = {
  socketsPerWorkspace: 10_000,
  pollsPerWorkspace: 1_000,
  messagesPerSecond: 100,
  bufferBytes: 4_194_304,
};
