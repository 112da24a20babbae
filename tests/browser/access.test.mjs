import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closte, domainsPage, env, launch, openPage, resetNetwork, wp } from './network.mjs';
import { makeScreens } from './screens.mjs';

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
	let screens;
	let ownersScreen;
	let domains;
	const content = /shop\.network\.test|(customer|refused|waits|claimed)\.example|Found in the constant/;
	const people = {
		'a visitor': { user: null },
		'a subscriber': { user: 'subscriber', password: 'password' },
		'a site admin': { user: 'siteadmin', password: 'password' },
	};
	const pages = {};
	/** Logging in takes long: once for each. */
	const as = (who) => (pages[who] ??= openPage(browser, people[who]));

	before(async () => {
		browser = await launch();
		screens = Object.values(await makeScreens()).map(([address]) => address);
		ownersScreen = screens.pop();
		domains = await wp('closte', 'domain', 'list', '--format=ids');
		for (const [name, role] of [['subscriber', 'subscriber'], ['siteadmin', 'administrator']]) {
			await wp('user', 'create', name, `${name}@network.example`, `--role=${role}`, '--user_pass=password');
			await wp('user', 'set-role', name, role, `--url=shop.${env.domain}`);
		}
	});
	after(async () => {
		await browser.close();
		await wp('user', 'delete', 'subscriber', 'siteadmin', '--network', '--yes');
		await resetNetwork();
	});

	async function assertClosed(page, screen) {
		const response = await page.goto(screen);
		assert.ok(response.status() === 403 || /wp-login/.test(page.url()), `${screen}: ${response.status()}`);
		assert.doesNotMatch(await page.innerText('body'), content);
	}

	for (const who of Object.keys(people)) {
		it(who, async () => {
			const page = await as(who);
			const before = (await closte.journal('')).length;
			for (const screen of screens) {
				await assertClosed(page, screen);
			}
			for (const action of ajaxActions) {
				const { status, text } = await ask(page, '/wp-admin/admin-ajax.php', { action, integration: 'closte', _ajax_nonce: 'guessed' });
				assert.ok([400, 403].includes(status), `${action}: ${status}`);
				assert.doesNotMatch(text, content);
				assert.doesNotMatch(text, /"success":true/);
			}
			for (const action of formActions) {
				const { status } = await ask(page, `/wp-admin/network/edit.php?action=${action}`, { _wpnonce: 'guessed', 'closte_sync[check_interval]': '10', closte_sync_api_key: 'key-of-a-stranger-0000' });
				assert.ok([0, 403].includes(status), `${action}: ${status}`);
			}
			for (const [route, methods] of Object.entries(rest)) {
				for (const method of methods) {
					const { status, text } = await ask(page, `/wp-json${route.replace(/\(\?P<id>[^)]*\)/, '1')}?domain=x.example&ids[]=1`, undefined, method);
					assert.ok([401, 403].includes(status), `${method} ${route}: ${status}`);
					assert.doesNotMatch(text, content);
				}
			}
			assert.equal((await closte.journal('')).length, before, 'nothing was sent');
			assert.equal((await wp('closte', 'status', '--field=check_interval')).trim(), '300');
			assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'no');
		});
	}

	it('the screen of a site is for its admins, while the network allows it', async () => {
		await assertClosed(await as('a visitor'), ownersScreen);
		await assertClosed(await as('a subscriber'), ownersScreen);
		const page = await as('a site admin');
		await page.goto(ownersScreen);
		assert.match(await page.innerText('.closte-sync-site-domains'), /customer\.example/);
		assert.match(await page.innerText('.closte-sync-claim'), /claimed\.example/);
		assert.doesNotMatch(await page.innerText('body'), /Closte|It is in use by another application/);
		assert.equal(await page.locator('a[href*="/wp-admin/network/"]').count(), 0);

		await wp('eval', "ClosteSync\\Settings\\Settings::load()->with( array( 'owners' => false ) )->save();");
		await assertClosed(page, ownersScreen);
		await page.goto(`${env.url.replace('//', '//shop.')}/wp-admin/`);
		assert.equal(await page.locator('#adminmenu a[href*="closte-sync"]').count(), 0);
	});

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
		assert.equal(await wp('closte', 'domain', 'list', '--format=ids'), domains);
		await page.context().close();
	});
});
