/** Bare Socket.IO: what is posted goes to everybody at once. Stores nothing, knows nobody, filters nothing. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer((request, response) => {
  if (request.method !== 'POST') return void response.end('[]');
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    const { events } = JSON.parse(text);
    for (const event of events) io.emit(event.type, event);
    response.setHeader('content-type', 'application/json');
    response.end('[]');
  });
});
const io = new Server(http, { serveClient: false });
http.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
