// A TCP proxy on loopback that behaves as if its target were a round trip away.
//
// usage: node delay-proxy.mjs TARGET_PORT ROUND_TRIP_MS       prints the port that it listens on
//
// Each chunk arrives half a round trip late. The handshake of TCP itself is over at once on loopback: in its place
// nothing that the client sends leaves before a whole round trip after the connection was made.
import net from 'node:net';

const [targetPort, roundTrip] = process.argv.slice(2).map(Number);
if (!targetPort || Number.isNaN(roundTrip)) {
	console.error('usage: node delay-proxy.mjs TARGET_PORT ROUND_TRIP_MS');
	process.exit(2);
}

function relay(from, to, earliest) {
	from.on('data', (chunk) => {
		const wait = Math.max(0, earliest - performance.now()) + roundTrip / 2;
		setTimeout(() => to.destroyed || to.write(chunk), wait);
	});
	from.on('close', () => setTimeout(() => to.destroy(), roundTrip / 2));
	from.on('error', () => to.destroy());
}

const server = net.createServer({ noDelay: true }, (client) => {
	const target = net.connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
	relay(client, target, performance.now() + roundTrip);
	relay(target, client, 0);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
