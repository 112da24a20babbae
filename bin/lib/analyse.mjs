// Has Intelephense, a language server for PHP, look at a folder of PHP files within a workspace, and prints what it finds.
//
// usage: node analyse.mjs SERVER WORKSPACE FOLDER        status 1 if it finds anything
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';

const [server, workspace, folder] = process.argv.slice(2);
// What keeps silent so long will not speak any more.
const PATIENCE = 600_000;

const settings = {
	environment: { phpVersion: '8.1.0' },
	files: { maxSize: 5_000_000, associations: ['*.php'], exclude: [] },
	// As the server's documentation lists them; ours are those that the plugin may use.
	stubs: ['Core', 'ctype', 'curl', 'date', 'dom', 'exif', 'fileinfo', 'filter', 'gd', 'hash', 'iconv', 'intl', 'json', 'libxml', 'mbstring', 'meta', 'mysqli', 'openssl', 'pcntl', 'pcre', 'Phar', 'posix', 'random', 'readline', 'Reflection', 'session', 'SimpleXML', 'sockets', 'sodium', 'SPL', 'standard', 'superglobals', 'tokenizer', 'xml', 'xmlreader', 'xmlwriter', 'Zend OPcache', 'zip', 'zlib'],
	diagnostics: { enable: true },
};

const files = readdirSync(folder, { recursive: true })
	.filter((name) => name.endsWith('.php'))
	.map((name) => join(folder, name))
	.sort();
const storage = join(workspace, '..', 'intelephense-storage');
rmSync(storage, { recursive: true, force: true });

const child = spawn(process.execPath, ['--max-old-space-size=3000', server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
const findings = new Map();
const replies = new Map();
let lastId = 0;
let indexed;
const isIndexed = new Promise((resolve) => (indexed = resolve));
let reported;
const isReported = new Promise((resolve) => (reported = resolve));

function fail(message) {
	console.error(message);
	child.kill();
	process.exit(3);
}
setTimeout(() => fail(`Intelephense said nothing for ${PATIENCE / 1000} s.`), PATIENCE).unref();
child.on('exit', () => fail('Intelephense ended.'));

function send(message) {
	const body = JSON.stringify({ jsonrpc: '2.0', ...message });
	child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
function request(method, params) {
	lastId += 1;
	send({ id: lastId, method, params });
	return new Promise((resolve) => replies.set(lastId, resolve));
}
function receive(message) {
	if (message.method === 'textDocument/publishDiagnostics') {
		// 1 is an error, 2 a warning; below that there are hints.
		findings.set(message.params.uri, message.params.diagnostics.filter(({ severity }) => severity <= 2));
		if (files.every((file) => findings.has(pathToFileURL(file).href))) reported();
	} else if (message.method === 'indexingEnded') {
		indexed();
	} else if (message.method && message.id !== undefined) {
		send({ id: message.id, result: message.method === 'workspace/configuration' ? message.params.items.map(() => settings) : null });
	} else if (replies.has(message.id)) {
		replies.get(message.id)(message.result);
	}
}
let received = Buffer.alloc(0);
child.stdout.on('data', (data) => {
	received = Buffer.concat([received, data]);
	for (;;) {
		const head = received.indexOf('\r\n\r\n');
		if (head < 0) return;
		const length = Number(/Content-Length: (\d+)/.exec(received.subarray(0, head))[1]);
		if (received.length < head + 4 + length) return;
		const body = received.subarray(head + 4, head + 4 + length);
		received = received.subarray(head + 4 + length);
		receive(JSON.parse(body));
	}
});

const root = pathToFileURL(workspace).href;
await request('initialize', {
	processId: process.pid,
	rootUri: root,
	workspaceFolders: [{ uri: root, name: 'workspace' }],
	capabilities: { workspace: { configuration: true, workspaceFolders: true }, textDocument: { publishDiagnostics: {} } },
	initializationOptions: { storagePath: storage, globalStoragePath: storage, clearCache: true },
});
send({ method: 'initialized', params: {} });
await isIndexed;
for (const file of files) {
	const textDocument = { uri: pathToFileURL(file).href, languageId: 'php', version: 1, text: readFileSync(file, 'utf8') };
	send({ method: 'textDocument/didOpen', params: { textDocument } });
}
await isReported;

let count = 0;
for (const file of files) {
	for (const { range, code, message } of findings.get(pathToFileURL(file).href)) {
		count += 1;
		console.log(`${relative(folder, file)}:${range.start.line + 1}: ${message} (${code})`);
	}
}
console.log(`${count} findings in ${files.length} files`);
child.removeAllListeners('exit');
child.kill();
process.exit(count === 0 ? 0 : 1);
