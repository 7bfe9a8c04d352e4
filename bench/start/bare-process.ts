import { createServer } from 'node:http';

/**
 * What the product's start is measured beside: a process that loads nothing but Node and answers on the port that it is
 * given. Prints one JSON line when it listens, as the product logs one.
 */
const server = createServer((_request, response) => response.end('ok\n'));
server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log(JSON.stringify({ listening: true })));
