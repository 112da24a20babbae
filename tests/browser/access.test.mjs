import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closte, domainsPage, env, launch, logPage, openPage, resetNetwork, settingsPage, wp } from './network.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** What WordPress would lead to code of ours in such a request: also what is added later. */
async function routes(...constants) {
	const defines = constants.map((name) => `define( '${name}', true );`).join(' ');
	return JSON.parse(await wp(`--exec=${defines}`, 'eval', `require '${join(here, 'routes.php')}';`));
}
const ajaxActions = (await routes('WP_ADMIN', 'DOING_AJAX')).wp_ajax_;
const { network_admin_edit_: formActions, admin_post_: postActions, admin_action_: otherActions, rest } = await routes('WP_ADMIN', 'WP_NETWORK_ADMIN');

/** Asks from within the page, with its cookies; a redirect is status 0. */
function ask(page, path, form, method = form ? 'POST' : 'GET') {
	return page.evaluate(
		async ([to, fields, by]) => {
			const response = await fetch(to, { method: by, body: fields && new URLSearchParams(fields), redirect: 'manual' });
			return { status: response.status, text: await response.text() };
		},
		[path, form, method]
	);
}

it('the routes are found', () => {
	assert.ok(!ajaxActions.some((name) => name.startsWith('closte_sync_')), ajaxActions.join());
	assert.ok(rest['/closte-sync/v1/poll'].includes('POST'), Object.keys(rest).join());
	assert.ok(formActions.includes('closte-sync-save'), formActions.join());
	assert.ok('/closte-sync/v1/health/connection' in rest, Object.keys(rest).join());
	assert.deepEqual([...postActions, ...otherActions], []);
});

describe('who may not manage the network reaches nothing', () => {
	let browser;

	before(async () => {
		browser = await launch();
		await resetNetwork();
		await wp('site', 'create', '--slug=shop');
		await wp('user', 'create', 'subscriber', 'sub@network.example', '--role=subscriber', '--user_pass=password');
		await wp('user', 'create', 'siteadmin', 'boss@network.example', '--role=administrator', '--user_pass=password');
	});
	after(async () => {
		await browser.close();
		await wp('user', 'delete', 'subscriber', 'siteadmin', '--network', '--yes');
	});

	for (const [who, login] of [
		['a visitor', { user: null }],
		['a subscriber', { user: 'subscriber', password: 'password' }],
		['a site admin', { user: 'siteadmin', password: 'password' }],
	]) {
		it(who, async () => {
			const page = await openPage(browser, login);
			const before = (await closte.journal('')).length;
			for (const screen of [settingsPage, domainsPage, logPage]) {
				const response = await page.goto(screen);
				const text = await page.innerText('body');
				assert.ok(response.status() === 403 || /wp-login/.test(page.url()), `${screen}: ${response.status()}`);
				assert.doesNotMatch(text, /shop\.network\.test|Found in the constant/);
			}
			for (const action of ajaxActions) {
				const { status, text } = await ask(page, '/wp-admin/admin-ajax.php', { action, integration: 'closte', _ajax_nonce: 'guessed' });
				assert.ok([400, 403].includes(status), `${action}: ${status}`);
				assert.doesNotMatch(text, /shop\.network\.test|"success":true/);
			}
			for (const action of formActions) {
				const { status } = await ask(page, `/wp-admin/network/edit.php?action=${action}`, { _wpnonce: 'guessed', 'closte_sync[check_interval]': '10', closte_sync_api_key: 'key-of-a-stranger-0000' });
				assert.ok([0, 403].includes(status), `${action}: ${status}`);
			}
			for (const [route, methods] of Object.entries(rest)) {
				for (const method of methods) {
					const { status } = await ask(page, `/wp-json${route.replace(/\(\?P<id>[^)]*\)/, '1')}?domain=x.example&ids[]=1`, undefined, method);
					assert.ok([401, 403].includes(status), `${method} ${route}: ${status}`);
				}
			}
			assert.equal((await closte.journal('')).length, before, 'nothing was sent');
			assert.equal((await wp('closte', 'status', '--field=check_interval')).trim(), '300');
			assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'no');
			await page.context().close();
		});
	}

	it('a super admin without a nonce changes nothing either', async () => {
		const page = await openPage(browser);
		for (const action of ajaxActions.filter((name) => name !== 'wu_test_hosting_integration')) {
			const { status } = await ask(page, '/wp-admin/admin-ajax.php', { action, integration: 'closte', _ajax_nonce: 'guessed' });
			assert.equal(status, 403, action);
		}
		for (const action of formActions) {
			const { status } = await ask(page, `/wp-admin/network/edit.php?action=${action}`, { _wpnonce: 'guessed', 'closte_sync[check_interval]': '10', closte_sync_api_key: 'key-of-a-stranger-0000' });
			assert.equal(status, 403, action);
		}
		const linked = await ask(page, `${domainsPage}&action=remove&ids=1&confirmed=1&_wpnonce=guessed`);
		assert.equal(linked.status, 403);
		const posted = await ask(page, domainsPage, { row_action: 'remove 1 0123456789' });
		assert.equal(posted.status, 403);
		assert.equal((await wp('closte', 'status', '--field=check_interval')).trim(), '300');
		assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'no');
		assert.equal((await wp('closte', 'domain', 'list', '--format=ids')).trim(), 'shop.' + env.domain);
		await page.context().close();
	});
});
