// The plugin's PHP under versions that Debian does not have, in a WordPress network without the extension.
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, realpathSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startPhp } from './php.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const env = JSON.parse(readFileSync(process.env.CLOSTE_ENV, 'utf8'));
const database = join(realpathSync(join(env.dir, 'sqlite')), 'wordpress.sqlite');
const folders = [root, dirname(database)];
const screens = [
	'index.php',
	'sites.php',
	'plugins.php',
	'site-settings.php?id=1',
	'sites.php?page=closte-sync-domains',
	'sites.php?page=closte-sync-domains&view=add',
	'sites.php?page=closte-sync-domains&view=site&id=1',
	'sites.php?page=closte-sync-domains&domain=shop.example',
	'settings.php?page=closte-sync',
	'settings.php?page=closte-sync-log',
	'settings.php?page=closte-sync-guide',
];
const missing = 'is not loaded';

copyFileSync(database, `${database}.untouched`);

for (const version of ['8.1', '8.3', '8.5']) {
	describe(`PHP ${version}`, () => {
		let php;
		before(async () => {
			copyFileSync(`${database}.untouched`, database);
			php = await startPhp(version, folders);
		});
		after(() => php.exit());

		/** Answers a request to the network's admin, by `script`; fails where PHP complains of anything. */
		async function answer(address, script) {
			const [path, query = ''] = address.split('?');
			const request = {
				code: `<?php require '${here}/prelude.php'; chdir( '${env.wordpress}/wp-admin/network' ); ${script}`,
				relativeUri: address,
				headers: { host: env.domain },
				$_SERVER: {
					HTTP_HOST: env.domain,
					SERVER_NAME: env.domain,
					SERVER_PROTOCOL: 'HTTP/1.1',
					REMOTE_ADDR: '127.0.0.1',
					REQUEST_URI: address,
					QUERY_STRING: query,
					PHP_SELF: path,
					SCRIPT_NAME: path,
				},
			};
			// What PHP ended with status 255 is told by what it complained of.
			const { text, httpStatusCode } = await php.run(request).catch((error) => error.response ?? Promise.reject(error));
			assert.deepEqual(JSON.parse(php.readFileAsText('/tmp/complaints.json')), []);
			assert.equal(httpStatusCode, 200, text);
			return text;
		}
		const run = (name) => answer('/wp-admin/network/', `require '${env.wordpress}/wp-load.php'; require '${here}/${name}.php';`);

		test('every file of the plugin compiles, and each class finds its parents', async () => {
			assert.match(await run('classes'), /^\d{3} files$/);
		});

		test('a new domain is queued', async () => {
			assert.deepEqual(JSON.parse(await run('new-site')), [{ domain: 'shop.example', wanted: 'present', stage: 'pending' }]);
		});

		for (const screen of screens) {
			test(`${screen} says that the extension is missing, and nothing is wrong with it`, async () => {
				const script = `parse_str( $_SERVER['QUERY_STRING'], $_GET ); $_REQUEST = $_GET; require '${screen.split('?')[0]}';`;
				assert.ok((await answer(`/wp-admin/network/${screen}`, script)).includes(missing));
			});
		}

		test('wp closte doctor says that the extension is missing', async () => {
			const cli = await startPhp(version, folders);
			const wp = ['php', '-d', 'memory_limit=512M', join(root, 'target/wp-files/wp-cli/wp-cli.phar'), `--path=${env.wordpress}`, `--url=${env.url}`];
			const answered = await cli.cli([...wp, 'closte', 'doctor'], { env: { HOME: '/tmp', WP_CLI_ALLOW_ROOT: '1' } });
			const said = (await answered.stdoutText) + (await answered.stderrText);
			cli.exit();
			assert.ok(said.includes(missing), said);
			assert.doesNotMatch(said, /(Deprecated|Warning|Notice|Fatal error): .* in \//);
		});

		test('it is uninstalled without a trace', async () => {
			const [tablesBefore, tablesAfter] = JSON.parse(await run('uninstall'));
			assert.notDeepEqual(tablesBefore, []);
			assert.deepEqual(tablesAfter, []);
		});
	});
}
