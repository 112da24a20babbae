import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { closte, domainsPage, launch, logOutAndIn, openPage, question, resetNetwork, wp } from './network.mjs';

const DOMAIN = 'www.shop.example';

describe('the page of one domain in the browser', () => {
	let browser;
	let page;
	let address;

	before(async () => {
		browser = await launch();
		page = await openPage(browser);
		await page.clock.install();
	});
	after(() => browser.close());
	beforeEach(async () => {
		await resetNetwork();
		await wp('eval', "ClosteSync\\Settings\\Settings::load()->with( array( 'targets' => array( '203.0.113.7' ) ) )->save();");
		await wp('closte', 'domain', 'add', DOMAIN);
		const id = await wp('eval', `do_action( 'closte_sync_run' ); global $wpdb; echo $wpdb->get_var( "SELECT id FROM {$wpdb->base_prefix}closte_sync_domains WHERE domain = '${DOMAIN}'" );`);
		address = `${domainsPage}&domain=${id.trim()}&name=${DOMAIN}`;
	});

	/** The next check is due, and the browser believes that the time until then is over. */
	async function passTime(seen = page) {
		await wp('eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = 1" );');
		await seen.clock.fastForward('10:00');
	}

	const countdown = () => page.innerText('.closte-sync-countdown');

	const text = (id) => page.innerText(`#closte-sync-${id}`);

	/** What was copied: pages without HTTPS may not read the clipboard, but people may paste. */
	async function pasted() {
		await page.evaluate(() => {
			const field = document.body.appendChild(document.createElement('textarea'));
			field.id = 'pasted';
			field.focus();
		});
		await page.keyboard.press('Control+V');
		const value = await page.inputValue('#pasted');
		await page.evaluate(() => document.getElementById('pasted').remove());
		return value;
	}

	it('a button puts a value, or the whole message, where it can be pasted', async () => {
		await page.goto(address);
		assert.match(await text('state'), /Owner must act[^]*192\.0\.2\.80/);
		// What was found is spoken too: after it, nothing speaks over the button.
		await page.waitForSelector('#closte-sync-look .closte-sync-resolvers');
		const button = page.locator('.closte-sync-records [data-copy="203.0.113.7"]');
		await button.click();
		assert.equal(await button.innerText(), 'Copied');
		assert.match(await page.innerText('#a11y-speak-polite'), /Copied/);
		assert.equal(await pasted(), '203.0.113.7');
		await page.click('.closte-sync-message .closte-sync-copy');
		assert.match(await pasted(), /203\.0\.113\.7[^]*checked again automatically/);
		assert.deepEqual(page.complaints, []);

		// Where nothing can be copied the text is marked.
		await page.reload();
		await page.evaluate(() => {
			document.execCommand = () => false;
		});
		await page.click('.closte-sync-message .closte-sync-copy');
		await page.waitForFunction(() => /203\.0\.113\.7/.test(document.getSelection().toString()));
		assert.ok(await page.isVisible('#closte-sync-message-text'));
	});

	it('what DNS and the certificate say now appears without a click, and without scripts by a link', async () => {
		await page.goto(address);
		await page.waitForSelector('#closte-sync-look .closte-sync-resolvers');
		for (const width of [360, 782, 1300]) {
			await page.setViewportSize({ width, height: 900 });
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `it fits ${width} px`);
		}
		assert.match(await text('look'), /Points elsewhere[^]*192\.0\.2\.80[^]*Certificate/);
		assert.match(await page.innerText('#a11y-speak-polite'), /DNS: Points elsewhere\. Certificate: /);
		// Where the REST API does not answer, the link does.
		await page.route('**/closte-sync/v1/**', (route) => route.abort());
		await page.click('#closte-sync-look a.button');
		await page.waitForFunction(() => /could not be checked/.test(document.querySelector('.closte-sync-look-status').textContent));
		await Promise.all([page.waitForURL(/look=1/), page.click('#closte-sync-look a.button')]);
		assert.match(await text('look'), /Points elsewhere/);
		await page.unroute('**/closte-sync/v1/**');

		const plain = await openPage(browser, { javaScriptEnabled: false });
		await plain.goto(address);
		assert.equal(await plain.locator('.closte-sync-resolvers').count(), 0);
		await plain.click('#closte-sync-look a.button');
		await plain.waitForSelector('.closte-sync-resolvers');
		await plain.context().close();
	});

	it('counts down, checks when it is time, and shows what was found without taking away what somebody reads', async () => {
		await page.goto(address);
		const begun = await countdown();
		assert.match(begun, /^in \d:\d\d$/);
		await page.waitForFunction((before) => document.querySelector('.closte-sync-countdown').textContent !== before, begun);
		await closte.www(false);
		// Somebody is at a button of the records.
		await page.focus('.closte-sync-records .closte-sync-copy');
		await passTime();
		await page.waitForFunction(() => /does not exist|no address/i.test(document.getElementById('closte-sync-story').textContent));
		assert.match(await text('state'), /192\.0\.2\.80/);
		assert.equal(await page.evaluate(() => document.activeElement.className), 'button button-small closte-sync-copy');
		await page.focus('#closte-sync-look a.button');
		await page.waitForFunction(() => !/192\.0\.2\.80/.test(document.getElementById('closte-sync-state').textContent));
		await page.waitForFunction(() => /No address/.test(document.getElementById('closte-sync-look').textContent));
		// Name servers that have just changed may say the same in another way once more.
		let said = '';
		for (let check = 1; check <= 5 && !/Nothing has changed/.test(said); check++) {
			await page.evaluate(() => document.getElementById('a11y-speak-polite').replaceChildren());
			await passTime();
			const spoken = page.waitForFunction(() => document.getElementById('a11y-speak-polite').textContent, undefined, { timeout: 30_000 });
			said = await spoken.then((handle) => handle.jsonValue(), () => 'nothing');
		}
		assert.match(said, /Nothing has changed/);
		assert.deepEqual(page.complaints, []);
	});

	it('says so when the domain goes away while somebody watches', async () => {
		await page.goto(address);
		await wp('closte', 'domain', 'remove', DOMAIN, '--yes');
		await page.clock.fastForward('01:00');
		await page.waitForSelector('text=is no longer on the list');
		assert.match(await text('story'), /Remove from Closte: Removed/);
		assert.match(await page.innerText('#a11y-speak-polite'), /no longer on the list/);
	});

	it('says that its user is logged out, lets them log in again, and goes on', async () => {
		const trouble = '#closte-sync-watch-trouble';
		const own = await openPage(browser);
		await own.clock.install();
		await own.goto(address);
		await own.waitForSelector('#closte-sync-look .closte-sync-resolvers');
		await logOutAndIn(own, { trouble, asked: /closte-sync\/v1\/.*watch/, isSeen: () => passTime(own) });
		await own.waitForSelector(trouble, { state: 'hidden' });
		// Its buttons are those of the new log-in too.
		await own.click('#closte-sync-actions button:has-text("Remove from Closte")');
		assert.match(await question(own), /Closte stops serving www\.shop\.example/);
		assert.deepEqual(own.complaints, []);
		await own.context().close();
		page = await openPage(browser);
		await page.clock.install();
	});

	it('removes the domain, after a question', async () => {
		await page.goto(address);
		await page.click('#closte-sync-actions button:has-text("Remove from Closte")');
		assert.match(await question(page), /Closte stops serving www\.shop\.example/);
		await Promise.all([page.waitForNavigation(), page.click('#submit')]);
		assert.match(await page.innerText('.notice-success'), /www\.shop\.example was removed from Closte/);
		assert.deepEqual(await closte.domains(), []);
	});
});
