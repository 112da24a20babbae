import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { env, fillLogIn, launch, openPage, resetNetwork, wp } from './network.mjs';

const mapped = 'customer-one.test';

/** Logs in on the mapped domain; the page that this leads to. */
async function logIn(browser) {
	const page = await openPage(browser, { user: null });
	await page.goto(`${env.url.replace(env.domain, mapped)}/wp-login.php`);
	await fillLogIn(page);
	await page.waitForSelector('#login_error, #wpadminbar', { state: 'attached' });
	return page;
}

async function doctor() {
	return wp('closte', 'doctor').catch((error) => error.stdout);
}

describe('people log in on a mapped domain', () => {
	let browser;

	before(async () => {
		browser = await launch();
		await resetNetwork();
		await wp('eval', `wp_insert_site( array( 'domain' => '${mapped}', 'path' => '/', 'network_id' => 1, 'user_id' => 1 ) );`);
	});
	after(async () => {
		await browser.close();
		await wp('config', 'delete', 'COOKIE_DOMAIN').catch(() => {});
		await resetNetwork();
	});

	it('not where WordPress alone decides, and doctor says what to write into wp-config.php', async () => {
		const page = await logIn(browser);
		assert.match(await page.innerText('#login_error'), /[Cc]ookies/);
		await page.context().close();
		const said = await doctor();
		assert.match(said, new RegExp(`Users cannot log in on 1 domain: ${mapped.replace('.', '\\.')}`));
		assert.match(said, /define\( 'COOKIE_DOMAIN', '' \);/);
	});

	it('with what doctor says in wp-config.php', async () => {
		await wp('config', 'set', 'COOKIE_DOMAIN', '', "--anchor=require_once ABSPATH . 'wp-settings.php';", '--placement=before');
		const page = await logIn(browser);
		assert.match(page.url(), new RegExp(`${mapped}.*/wp-admin/`));
		await page.context().close();
		assert.doesNotMatch(await doctor(), /COOKIE_DOMAIN/);
	});
});
