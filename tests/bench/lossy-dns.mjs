// A name server that is further away than another, and loses some questions: node lossy-dns.mjs FROM TO ROUND_TRIP_MS LOSS
//
// It listens at port 53 of FROM and asks port 53 of TO. Of the questions over UDP, LOSS of all are lost (0.2: one of five), the
// same ones in each run; none over TCP, where the kernel sends again. Says `ready`, then for each line of its input how many
// questions came since the last one. It ends with its input.
import dgram from 'node:dgram';
import net from 'node:net';
import readline from 'node:readline';

const [from, to, roundTrip, loss] = process.argv.slice(2);
const half = Number(roundTrip) / 2;
let questions = 0;
let state = 1;
// Numerical Recipes' generator: good enough to lose by.
const chance = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

const server = dgram.createSocket('udp4');
server.on('message', (question, asker) => {
	questions++;
	if (chance() < Number(loss)) {
		return;
	}
	setTimeout(() => {
		const socket = dgram.createSocket('udp4');
		socket.on('message', (answer) => {
			socket.close();
			setTimeout(() => server.send(answer, asker.port, asker.address), half);
		});
		socket.send(question, 53, to);
	}, half);
});
const streams = net.createServer((client) => {
	questions++;
	const upstream = net.connect(53, to);
	client.pipe(upstream).pipe(client);
	client.on('error', () => upstream.destroy());
	upstream.on('error', () => client.destroy());
});

server.bind(53, from, () =>
	streams.listen(53, from, () => {
		console.log('ready');
		readline
			.createInterface({ input: process.stdin })
			.on('line', () => {
				console.log(questions);
				questions = 0;
			})
			.on('close', () => process.exit(0));
	}),
);
