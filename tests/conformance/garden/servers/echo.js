// SPDX-License-Identifier: Apache-2.0
// Part of Faultline. What Node's http parsed: one line for each request in the file `log`.
'use strict';
const fs = require('fs');
const http = require('http');

http.createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const entry = {
      method: request.method,
      target: request.url,
      host: request.headers.host || '',
      body: Buffer.concat(parts).toString('latin1'),
    };
    fs.appendFileSync('log', JSON.stringify(entry) + '\n');
    response.writeHead(200, {'Content-Type': 'text/plain', 'Content-Length': '3'});
    response.end('ok\n');
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
