import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { closte, env, launch, openPage, resetNetwork, settingsPage, wp } from './network.mjs';

const config = join(env.wordpress, 'wp-config.php');
const field = '#closte-sync-api-key';
const save = '#closte-sync-key button[type=submit]:not([form])';
const forget = 'button[form=closte-sync-key-forget]';
const wrongKey = 'wrong-key-of-nobody-9e1d';

describe('the key on the settings screen', () => {
	let browser;
	let page;
	let withConstant;
	const requests = [];

	before(async () => {
		withConstant = readFileSync(config, 'utf8');
		writeFileSync(config, withConstant.replace(/^define\( 'CLOSTE_CLIENT_API_KEY'.*$/m, ''));
		browser = await launch();
		page = await openPage(browser);
		page.on('request', (request) => requests.push(`${request.method()} ${request.url()} ${request.headers().referer ?? ''}`));
	});
	after(async () => {
		await browser.close();
		writeFileSync(config, withConstant);
	});
	beforeEach(async () => {
		await resetNetwork();
		await page.goto(settingsPage);
	});

	async function enter(key) {
		await page.fill(field, key);
		await Promise.all([page.waitForNavigation(), page.click(save)]);
		assert.equal(new URL(page.url()).search, '?page=closte-sync');
		await assertHidden(key);
	}

	/** Neither in the page, nor in its fields, nor in any address, nor in the cookies. */
	async function assertHidden(key) {
		assert.equal(await page.inputValue(field), '');
		assert.ok(!(await page.content()).includes(key));
		assert.ok(!JSON.stringify(await page.context().cookies()).includes(key));
		assert.ok(!(await page.evaluate(() => JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }]))).includes(key));
		assert.ok(!requests.some((request) => request.includes(key)));
	}

	async function screenshot(name) {
		if (process.env.CLOSTE_SCREENSHOTS) {
			await page.screenshot({ path: join(process.env.CLOSTE_SCREENSHOTS, `${name}.png`), fullPage: true });
		}
	}

	it('is asked for where there is none', async () => {
		assert.equal(await page.innerText('.closte-sync-key'), 'Not found');
		assert.match(await page.innerText('.notice-error'), /there is no API key/);
		assert.equal(await page.getAttribute(field, 'type'), 'password');
		assert.equal(await page.getAttribute(field, 'autocomplete'), 'new-password');
		assert.equal(await page.locator(forget).count(), 0);
		await page.click(save);
		assert.equal(await page.evaluate((selector) => document.querySelector(selector).validity.valueMissing, field), true);
		await screenshot('none');
	});

	it('is entered wrong, then right, then forgotten', async () => {
		await enter(wrongKey);
		assert.match(await page.innerText('.notice-success'), /API key saved\. It is stored encrypted\./);
		assert.match(await page.innerText('.notice-error'), /did not accept the API key/);
		assert.match(await page.innerText('.closte-sync-key'), /^Found in the settings of this network:\s••••••••9e1d$/);
		await screenshot('wrong');

		await wp('site', 'create', '--slug=waits');
		assert.ok(!(await closte.domains()).includes(`waits.${env.domain}`));

		assert.equal(await page.innerText(save), 'Replace key');
		await enter(env.key);
		assert.match(await page.innerText('#wpbody-content'), /Closte answers and accepts the key \(\d+ ms\)\./);
		assert.equal(await page.innerText('.closte-sync-key code'), '••••••••' + env.key.slice(-4));
		assert.match(await page.innerText('.notice-warning'), /1 change has not been sent to Closte yet\. You do not need to do anything: changes are sent automatically\./);
		assert.equal(await page.locator('.notice-error').count(), 0);
		await screenshot('right');
		await wp('closte', 'run');
		assert.ok((await closte.domains()).includes(`waits.${env.domain}`));

		page.once('dialog', (dialog) => dialog.dismiss());
		await page.click(forget);
		assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'yes');

		let asked = '';
		page.once('dialog', (dialog) => {
			asked = dialog.message();
			dialog.accept();
		});
		await Promise.all([page.waitForNavigation(), page.click(forget)]);
		assert.match(asked, /Delete the API key/);
		assert.match(await page.innerText('.notice-success'), /API key deleted\./);
		assert.equal(await page.innerText('.closte-sync-key'), 'Not found');
		assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'no');
		await screenshot('forgotten');
	});

	it('is followed by the offer to switch on, where nobody has done so yet', async () => {
		await resetNetwork({ enabled: false });
		await page.goto(settingsPage);
		assert.equal(await page.locator('[data-closte-sync-notice="offer-to-enable"]').count(), 0);
		await enter(env.key);
		await screenshot('offer');
		// On the settings screen, the switch itself is in view.
		await page.goto('/wp-admin/network/');
		await Promise.all([page.waitForNavigation(), page.click('[data-closte-sync-notice="offer-to-enable"] button[type=submit]')]);
		assert.equal((await wp('closte', 'status', '--field=integration')).trim(), 'on');
	});

	it('is refused when it cannot be one', async () => {
		await enter(`define( 'CLOSTE_CLIENT_API_KEY', 'pasted-whole' );`);
		assert.match(await page.innerText('.notice-error:has-text("nothing was changed")'), /Copy the key again, without quotes, spaces, or line breaks\./);
		assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'no');
		await screenshot('refused');
	});

	it('is not lost when the other settings are saved first', async () => {
		await page.fill(field, env.key);
		await page.click('#submit');
		assert.match(await page.evaluate((selector) => document.querySelector(selector).validationMessage, field), /This key is not saved yet/);
		assert.equal(await page.inputValue(field), env.key);
		await screenshot('unsaved');
		await Promise.all([page.waitForNavigation(), page.click(save)]);
		assert.match(await page.innerText('#wpbody-content'), /accepts the key/);
		await Promise.all([page.waitForNavigation(), page.click('#submit')]);
		assert.match(await page.innerText('.notice-success'), /Settings saved\./);
		assert.equal((await wp('closte', 'key', 'status', '--field=stored')).trim(), 'yes');
	});

	it('says so when the salts have changed, and takes it again', async () => {
		await enter(env.key);
		const before = readFileSync(config, 'utf8');
		try {
			writeFileSync(config, before.replace(/'SECURE_AUTH_KEY', '/, "$&changed-"));
			await page.goto(settingsPage);
			const lost = /The stored API key can no longer be read because WordPress’s salts have changed. Enter it again/;
			assert.match(await page.innerText('.closte-sync-key'), lost);
			assert.match(await page.innerText('.notice-error'), lost);
			await screenshot('unreadable');
			await page.click('#closte-sync-test button');
			assert.match(await page.innerText('#closte-sync-test .closte-sync-result .notice'), lost);
			await enter(env.key);
			assert.match(await page.innerText('#wpbody-content'), /accepts the key/);
			await page.goto('/wp-admin/site-health.php?tab=debug');
			const information = await page.getAttribute('.site-health-copy-buttons .copy-button', 'data-clipboard-text');
			assert.match(information, /key: the settings of this network/);
			assert.ok(!information.includes(env.key) && !information.includes(env.key.slice(-4)));
		} finally {
			writeFileSync(config, before);
		}
	});

	it('warns where the salts are in the database', async () => {
		const before = readFileSync(config, 'utf8');
		try {
			writeFileSync(config, before.replace(/^define\( 'SECURE_AUTH_(KEY|SALT)'.*$/gm, ''));
			await page.goto(settingsPage);
			assert.match(await page.innerText('.closte-sync-salts'), /WordPress’s salts are in the database, not in wp-config\.php/);
			await screenshot('salts');
		} finally {
			writeFileSync(config, before);
		}
	});

	it('is labelled, and no script complains', async () => {
		await enter(env.key);
		const unlabelled = await page.$$eval('.closte-sync-screen input:not([type=hidden]):not([type=submit])', (fields) =>
			fields.filter((one) => one.labels.length === 0).map((one) => one.id)
		);
		assert.deepEqual(unlabelled, []);
		const ids = await page.$$eval('.closte-sync-screen [id]', (elements) => elements.map((element) => element.id));
		assert.equal(new Set(ids).size, ids.length, 'every id is there once');
		assert.deepEqual(page.complaints, []);
	});

	it('is entered and forgotten without JavaScript', async () => {
		const plain = await openPage(browser, { javaScriptEnabled: false });
		await plain.goto(settingsPage);
		await plain.fill(field, env.key);
		await Promise.all([plain.waitForNavigation(), plain.press(save, 'Enter')]);
		assert.match(await plain.innerText('#wpbody-content'), /accepts the key/);
		await Promise.all([plain.waitForNavigation(), plain.press(forget, 'Enter')]);
		assert.match(await plain.innerText('.notice-success'), /API key deleted\./);
		await plain.context().close();
	});
});
