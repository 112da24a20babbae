import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { closte, env, launch, openPage, resetNetwork, settingsPage, wp } from './network.mjs';

const noticeOffer = '[data-closte-sync-notice="offer-to-enable"]';
const testResult = '#closte-sync-test .closte-sync-result .notice';

describe('the settings screen', () => {
	let browser;
	let page;

	before(async () => {
		browser = await launch();
		page = await openPage(browser);
	});
	after(() => browser.close());
	beforeEach(() => resetNetwork());

	/** As on a network whose sites were there before the plugin. */
	async function forgetAll() {
		await wp('eval', 'global $wpdb; $wpdb->query( "DELETE FROM {$wpdb->base_prefix}closte_sync_domains" );');
		await closte.reset();
	}

	async function save() {
		await Promise.all([page.waitForURL(`**${settingsPage}`), page.click('#submit')]);
	}

	it('offers to switch on in one click where the key is there already', async () => {
		await resetNetwork({ enabled: false });
		await page.goto('/wp-admin/network/');
		await page.click(`${noticeOffer} button[type=submit]`);
		await page.waitForURL(`**${settingsPage}`);
		assert.equal(await page.isChecked('#closte-sync-enabled'), true);
		assert.match(await page.innerText('#wpbody-content'), /The Closte integration is on\./);
		assert.match(await page.innerText('#wpbody-content'), /Closte answers and accepts the key/);
		assert.equal((await wp('closte', 'status', '--field=integration')).trim(), 'on');
		await page.goto('/wp-admin/network/');
		assert.equal(await page.locator(noticeOffer).count(), 0);
	});

	it('keeps the offer away once it was dismissed', async () => {
		await resetNetwork({ enabled: false });
		await page.goto('/wp-admin/network/');
		await Promise.all([
			page.waitForResponse((response) => response.url().endsWith('/edit.php?action=closte-sync-dismiss')),
			page.click(`${noticeOffer} .notice-dismiss`),
		]);
		await page.goto('/wp-admin/network/');
		assert.equal(await page.locator(noticeOffer).count(), 0);
	});

	it('shows that the key is there and where from, and never the key', async () => {
		await page.goto(settingsPage);
		assert.match(await page.innerText('.closte-sync-key'), /Found in the constant CLOSTE_CLIENT_API_KEY/);
		assert.equal(await page.innerText('.closte-sync-key code'), '••••••••' + env.key.slice(-4));
		assert.ok(!(await page.content()).includes(env.key));
	});

	it('saves every setting and shows it again', async () => {
		await page.goto(settingsPage);
		await page.uncheck('#closte-sync-enabled');
		await page.fill('#closte-sync-check_interval', '45');
		await page.fill('#closte-sync-targets', '192.0.2.7\nedge.example.com');
		await page.selectOption('#closte-sync-www', 'main_only');
		await page.selectOption('#closte-sync-subdomains', 'never');
		await page.fill('#closte-sync-resolvers', '192.0.2.53:5353');
		await save();
		assert.match(await page.innerText('.notice-success'), /Settings saved\./);
		assert.equal(await page.isChecked('#closte-sync-enabled'), false);
		assert.equal(await page.inputValue('#closte-sync-check_interval'), '45');
		assert.equal(await page.inputValue('#closte-sync-targets'), '192.0.2.7\nedge.example.com');
		assert.equal(await page.inputValue('#closte-sync-www'), 'main_only');
		assert.equal(await page.inputValue('#closte-sync-subdomains'), 'never');
		assert.equal(await page.inputValue('#closte-sync-resolvers'), '192.0.2.53:5353');
		assert.match(await page.innerText('.closte-sync-targets'), /192\.0\.2\.7, edge\.example\.com/);
		await page.reload();
		assert.equal(await page.locator('.notice-success').count(), 0, 'the message is shown once');
	});

	for (const wrong of ['9', '301', '12.5', 'soon', '']) {
		it(`refuses the interval "${wrong}", leaves it in its field and saves the rest`, async () => {
			await page.goto(settingsPage);
			await page.fill('#closte-sync-check_interval', wrong);
			await page.selectOption('#closte-sync-www', 'never');
			await save();
			await page.waitForSelector('#closte-sync-errors:focus');
			await page.click('#closte-sync-errors a');
			assert.equal(await page.evaluate(() => document.activeElement.id), 'closte-sync-check_interval');
			assert.equal(await page.inputValue('#closte-sync-check_interval'), wrong);
			assert.equal(await page.getAttribute('#closte-sync-check_interval', 'aria-invalid'), 'true');
			assert.match(await page.innerText('#closte-sync-check_interval-error'), /from 10 to 300 seconds/);
			assert.equal(await page.inputValue('#closte-sync-www'), 'never');
			await page.reload();
			assert.equal(await page.inputValue('#closte-sync-check_interval'), '300');
		});
	}

	it('refuses a target that is none, and shows it harmlessly', async () => {
		await page.goto(settingsPage);
		await page.fill('#closte-sync-targets', '<script>document.title="owned"</script>');
		await save();
		assert.match(await page.innerText('.notice-error'), /is not a valid IP address or host name/);
		assert.notEqual(await page.title(), 'owned');
		assert.equal(await page.inputValue('#closte-sync-targets'), '<script>document.title="owned"</script>');
		assert.deepEqual(JSON.parse(await wp('eval', 'echo wp_json_encode( ClosteSync\\Settings\\Settings::stored()->targets );')), []);
	});

	it('tests the connection: accepted', async () => {
		await page.goto(settingsPage);
		await page.click('#closte-sync-test button');
		assert.match(await page.innerText(testResult), /Closte answers and accepts the key \(\d+ ms\)\./);
		assert.match(await page.getAttribute(testResult, 'class'), /notice-success/);
		assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Test the connection');
		assert.match(await page.innerText('#a11y-speak-polite'), /accepts the key/);
		assert.deepEqual(await closte.domains(), []);
	});

	const failures = {
		'the key is refused': [() => closte.refuseKey(), /did not accept the API key/],
		'Closte is away': [() => closte.down(true), /The connection to Closte failed\./],
		'something else answers': [() => closte.fault({ kind: 'html' }), /is not what Closte’s API sends/],
		'Closte is overloaded': [() => closte.fault({ kind: '429', retry_after: '7' }), /Closte asks for fewer calls\./],
		'Closte has an error': [() => closte.fault({ kind: '500' }), /Closte had an internal error\./],
		'Closte echoes the key': [() => closte.fault({ kind: 'echo-key' }), /did not accept the API key/],
	};
	for (const [name, [break_, words]] of Object.entries(failures)) {
		it(`tests the connection: ${name}`, async () => {
			await break_();
			await page.goto(settingsPage);
			await page.click('#closte-sync-test button');
			assert.match(await page.innerText(testResult), words);
			assert.match(await page.getAttribute(testResult, 'class'), /notice-error/);
			assert.ok(!(await page.content()).includes(env.key));
		});
	}

	const sending = '#closte-sync-send-all';

	/** Goes from the plan to the end; what it says then. */
	async function sendAll() {
		await page.click(`${sending} a.button`);
		await page.click(`${sending} .closte-sync-send button`);
		await page.waitForSelector(`${sending} .notice`);
		return page.innerText(`${sending} .notice`);
	}

	it('says what would be sent, sends it, and tells what was refused', async () => {
		for (const slug of ['one', 'two', 'three']) {
			await wp('site', 'create', `--slug=${slug}`);
		}
		await forgetAll();
		await closte.fault({ kind: 'reject', domain: `two.${env.domain}` });
		await page.goto(settingsPage);
		await page.click(`${sending} a.button`);
		await page.waitForSelector('.closte-sync-plan');
		assert.match(await page.innerText('.closte-sync-plan'), /\d domains are missing at Closte and are sent\./);
		assert.match(await page.innerText('.closte-sync-plan'), /No domain is removed\./);
		assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Send all domains');
		// Sentence by sentence, without the domains that are folded away.
		assert.match(await page.textContent('#a11y-speak-polite'), /^\d domains are missing at Closte and are sent\. [^.]+\. /);
		await page.click('.closte-sync-plan summary');
		assert.ok(await page.isVisible(`text=one.${env.domain}`));
		assert.deepEqual(await closte.domains(), []);

		// The numbers of each answer reach the bar before the end takes its place.
		await page.evaluate(() => {
			window.said = [];
			const bar = document.querySelector('.closte-sync-progress');
			new MutationObserver(() => window.said.push(bar.innerText)).observe(bar, { childList: true, subtree: true, attributes: true });
		});
		await page.click(`${sending} .closte-sync-send button`);
		await page.waitForSelector(`${sending} .notice-warning`);
		assert.match((await page.evaluate(() => window.said)).join(), /of \d domains accepted, 1 refused, 0 not sent yet\.|refused \(two\./);
		assert.match(await page.innerText(`${sending} .notice-warning`), new RegExp(`two\\.${env.domain} — `));
		assert.match(await page.getAttribute(`${sending} .notice a`, 'href'), /state=network-must-act/);
		assert.ok((await closte.domains()).includes(`three.${env.domain}`));

		await closte.fault();
		await page.reload();
		assert.match(await sendAll(), /Done: 1 domain added to Closte\./);
		await page.click(`${sending} a.button`);
		await page.waitForSelector('.closte-sync-plan');
		assert.match(await page.innerText('.closte-sync-plan'), /none is missing/);
	});

	it('goes on with what was left, and says why not everything can be sent', async () => {
		await wp('site', 'create', '--slug=left');
		await forgetAll();
		await closte.fault({ kind: '500', domain: `left.${env.domain}` });
		await page.goto(settingsPage);
		assert.match(await sendAll(), /1 not sent yet\..* The others are queued and sent automatically\./);
		await closte.fault();
		await page.reload();
		await wp('eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = 1" );');
		await page.click(`${sending} .closte-sync-send button`);
		await page.waitForSelector(`${sending} .notice-success`);
		assert.ok((await closte.domains()).includes(`left.${env.domain}`));

		await closte.down(true);
		await page.goto(settingsPage);
		await page.click(`${sending} a.button`);
		await page.waitForSelector(`${sending} .notice-error`);
		assert.match(await page.innerText(`${sending} .notice-error`), /The connection to Closte failed\./);
		assert.equal(await page.innerText(`${sending} a.button`), 'Try again');
	});

	it('shows what Closte has, and adopts what is foreign', async () => {
		await wp('site', 'create', '--slug=ours');
		await closte.have('foreign.example.com');
		const list = '#closte-sync-at-closte';
		await page.goto(settingsPage);
		await page.click(`${list} a.button`);
		await page.waitForSelector(`${list} table`);
		assert.match(await page.innerText(`${list} tbody tr:has-text("ours.")`), /Ours/);
		await page.click(`${list} .subsubsub a:has-text("Foreign")`);
		await page.waitForSelector(`${list} .subsubsub a.current:has-text("Foreign")`);
		assert.equal(await page.locator(`${list} tbody tr`).count(), 1);
		await page.check(`${list} tbody input`);
		await page.selectOption(`${list} select[name=action]`, 'closte-sync-adopt');
		await Promise.all([page.waitForNavigation(), page.click(`${list} .bulkactions [type=submit]`)]);
		assert.match(await page.innerText('.wrap'), /Adopt this domain\?\s*Nothing changes at Closte now\./);
		await Promise.all([page.waitForURL(/at_closte=all/), page.click('.wrap [type=submit]')]);
		assert.match(await page.innerText('.notice-success'), /1 domain adopted: foreign\.example\.com\./);
		assert.match(await page.innerText(`${list} tbody tr:has-text("foreign.")`), /Ours/);
		assert.deepEqual(page.complaints, []);
	});

	it('works without JavaScript', async () => {
		await wp('site', 'create', '--slug=plain');
		await forgetAll();
		const plain = await openPage(browser, { javaScriptEnabled: false });
		// By keyboard, as no script tells when a place can be clicked.
		const send = (button) => Promise.all([plain.waitForNavigation(), plain.press(button, 'Enter')]);
		await plain.goto(settingsPage);
		await plain.fill('#closte-sync-check_interval', '60');
		await send('#submit');
		assert.equal(await plain.inputValue('#closte-sync-check_interval'), '60');
		await send('#closte-sync-test button');
		assert.match(await plain.innerText('.notice-success'), /Closte answers and accepts the key/);
		await send('#closte-sync-send-all a.button');
		assert.match(await plain.innerText('.closte-sync-plan'), /are sent\./);
		await send('#closte-sync-send-all .closte-sync-send button');
		assert.match(await plain.innerText('#closte-sync-send-all .notice-success'), /Done: \d domains?/);
		await send('#closte-sync-at-closte a.button');
		assert.match(await plain.innerText('#closte-sync-at-closte table'), /plain\.network\.test/);
		assert.ok((await closte.domains()).includes('plain.network.test'));
		await plain.context().close();
	});

	it('leads to the guide, whose page for owners fits a phone and stands alone', async () => {
		await page.goto(settingsPage);
		await page.click('#contextual-help-link');
		await page.click('.contextual-help-sidebar a:has-text("Troubleshooting")');
		await page.waitForSelector('#troubleshooting h3');
		assert.match(page.url(), /closte-sync-guide#troubleshooting$/);
		await page.setViewportSize({ width: 360, height: 800 });
		await page.click('.closte-sync-guide nav a:has-text("domain owners")');
		await page.waitForSelector('.closte-sync-print');
		assert.equal(await page.locator('.closte-sync-guide section').count(), 1);
		assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 360);
		assert.match(await page.innerText('.closte-sync-records'), /CNAME/);
		await page.setViewportSize({ width: 1300, height: 900 });
		assert.deepEqual(page.complaints, []);
	});

	it('has a label for every field and no complaint of a script', async () => {
		await page.goto(settingsPage);
		const unlabelled = await page.$$eval('.closte-sync-screen input:not([type=hidden]):not([type=submit]), .closte-sync-screen select, .closte-sync-screen textarea', (fields) =>
			fields.filter((field) => field.labels.length === 0).map((field) => field.id)
		);
		assert.deepEqual(unlabelled, []);
		const ids = await page.$$eval('.closte-sync-screen [id]', (elements) => elements.map((element) => element.id));
		assert.equal(new Set(ids).size, ids.length, 'every id is there once');
		assert.deepEqual(page.complaints, []);
	});
});
