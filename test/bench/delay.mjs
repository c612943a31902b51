// A line to a server on this machine on which a turn takes as long as it is told. Prints its port.
import { connect, createServer } from 'node:net';

const [target, turnMs] = process.argv.slice(2).map(Number);

function pass(from, to) {
  from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), turnMs / 2));
  from.on('close', () => setTimeout(() => to.destroy(), turnMs / 2));
  from.on('error', () => undefined);
}

const line = createServer({ noDelay: true }, (client) => {
  const server = connect({ port: target, host: '127.0.0.1', noDelay: true });
  // The first half of a turn is the client's knocking, which this side answers for the server.
  pass(client, server);
  pass(server, client);
});
line.listen(0, '127.0.0.1', () => process.stdout.write(`${line.address().port}\n`));
process.stdin.on('end', () => process.exit(0)).resume();
