import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { closte, createSite, env, launch, logPage, openPage, resetNetwork, search, settingsPage, turnPage, wp } from './network.mjs';

describe('the log in the browser', () => {
	let browser;
	let page;

	before(async () => {
		browser = await launch();
		page = await openPage(browser);
	});
	after(() => browser.close());
	beforeEach(() => resetNetwork());

	const cells = (column) => page.$$eval(`#the-list .column-${column}`, (all) => all.map((one) => one.innerText.trim()));

	it('says who created a site and what came of it', async () => {
		await createSite(page, 'fresh');
		await closte.fault({ kind: 'reject', domain: `bad.${env.domain}`, text: '<b>No</b> more domains' });
		await createSite(page, 'bad');
		await page.goto(settingsPage);
		await Promise.all([page.waitForURL(`**${logPage}`), page.click('#adminmenu a[href$="closte-sync-log"]')]);
		assert.deepEqual((await cells('domain')).slice(0, 2), [`bad.${env.domain}`, `fresh.${env.domain}`]);
		assert.deepEqual((await cells('outcome')).slice(0, 2), ['Refused by Closte', 'Added']);
		assert.deepEqual((await cells('reason')).slice(0, 2), ['Site created', 'Site created']);
		assert.deepEqual((await cells('by')).slice(0, 2), ['admin', 'admin']);
		assert.match((await cells('message'))[0], /<b>No<\/b> more domains/);
		assert.doesNotMatch(await page.content(), new RegExp(env.key));
		assert.deepEqual(page.complaints, []);
	});

	it('narrows down by view, filter, domain and search, and the filters go together', async () => {
		await closte.fault({ kind: 'reject', domain: `bad.${env.domain}` });
		for (const slug of ['alpha', 'beta', 'bad']) {
			await wp('site', 'create', `--slug=${slug}`);
		}
		await page.goto(logPage);
		await Promise.all([page.waitForURL(/outcome=problems/), page.click('.subsubsub .problems a')]);
		assert.deepEqual(await cells('domain'), [`bad.${env.domain}`]);

		await page.goto(logPage);
		await page.selectOption('#closte-sync-log-did', 'add');
		await page.selectOption('#closte-sync-log-outcome', 'added');
		await Promise.all([page.waitForURL(/did=add.*outcome=added/), page.click('#closte-sync-log-filter')]);
		assert.deepEqual(await cells('domain'), [`beta.${env.domain}`, `alpha.${env.domain}`]);
		assert.equal(await page.inputValue('#closte-sync-log-outcome'), 'added');
		assert.doesNotMatch(page.url(), /_wpnonce|_wp_http_referer/);
		await search(page, '#closte-sync-log-search-input', 'alp');
		assert.deepEqual(await cells('domain'), [`alpha.${env.domain}`]);
		assert.match(await page.innerText('.subtitle'), /Search results for: alp/);
		await Promise.all([page.waitForURL(/domain=alpha/), page.click('#the-list .row-title')]);
		assert.deepEqual(await cells('domain'), [`alpha.${env.domain}`]);
		await Promise.all([page.waitForURL(/order=asc/), page.click('th#logged_at a')]);
	});

	it('pages by the number set under Screen Options', async () => {
		for (const slug of ['alpha', 'beta', 'gamma']) {
			await wp('site', 'create', `--slug=${slug}`);
		}
		await page.goto(logPage);
		await turnPage(page, { option: 'closte_sync_log_per_page', rows: '#the-list tr', address: /after=/ }, async () =>
			assert.ok((await cells('domain')).includes(`alpha.${env.domain}`)),
		);
	});

	it('is read on a narrow screen too', async () => {
		await createSite(page, 'fresh');
		const phone = await openPage(browser, { viewport: { width: 390, height: 844 } });
		await phone.goto(logPage);
		await phone.click('#the-list tr:first-child .toggle-row');
		const [first, second] = await phone.$$eval('#the-list tr:first-child .column-domain, #the-list tr:first-child .column-logged_at', (all) => all.map((one) => one.getBoundingClientRect().toJSON()));
		assert.ok(second.top >= first.bottom - 1, 'each column has a line of its own');
		assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out');
		await phone.context().close();
	});

	it('is named in the guide to the privacy policy', async () => {
		await page.goto('/wp-admin/options-privacy.php?tab=policyguide');
		assert.match(await page.textContent('body'), /Closte Sync sends the domains of this network to Closte[\s\S]*their user ID\. Log entries are deleted after 90 days/);
	});
});
