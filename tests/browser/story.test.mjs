// From an inactive plugin to a padlock and back by clicks alone, beside a DNS server, an ACME server and Closte's edge.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closte, dns, env, launch, openPage } from './network.mjs';

const domain = 'customer.test';

describe('the whole way of a domain, by clicks', () => {
	let browser;
	let page;
	const address = env.emulator.edge_addresses[0];

	before(async () => {
		browser = await launch();
		page = await openPage(browser);
	});
	after(() => browser.close());

	const follow = (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
	const body = () => page.innerText('#wpbody-content');
	const state = (label) => page.waitForFunction((text) => document.querySelector('#closte-sync-state .closte-sync-state')?.textContent.includes(text), label);

	it('activate the plugin, enter the key, turn it on', async () => {
		await page.goto('/wp-admin/network/plugins.php');
		await follow('#activate-closte-sync');
		await follow('[data-closte-sync-notice="next-step-key"] a:has-text("Enter the API key")');
		await page.fill('#closte-sync-api-key', env.key);
		await follow('#closte-sync-key button[type=submit]:not([form])');
		assert.match(await body(), /Closte answers and accepts the key/);
		await page.check('#closte-sync-enabled');
		await page.fill('#closte-sync-check_interval', '10');
		await follow('#submit');
		assert.match(await body(), /Settings saved\./);
		assert.deepEqual(page.complaints, []);
	});

	it('add a site', async () => {
		await page.goto('/wp-admin/network/site-new.php');
		await page.fill('#site-address', 'shop');
		await page.fill('#site-title', 'Shop of Ada');
		await page.fill('#admin-email', 'admin@network.example');
		await follow('#add-site');
		assert.match(await body(), /Site added/);
		assert.deepEqual(await closte.domains(), [`shop.${env.domain}`]);
	});

	it('add a domain to it, and see which record its owner must set', async () => {
		await page.hover('#menu-site');
		await follow('#menu-site a[href$="closte-sync-domains"]');
		await follow('.page-title-action');
		await page.fill('#closte-sync-add-site', 'shop');
		await page.click('.ui-autocomplete li:has-text("Shop of Ada")');
		await page.fill('#closte-sync-add-domain', domain);
		await page.waitForSelector('#closte-sync-add-dns .closte-sync-records');
		await follow('[name="add"]');
		assert.match(await page.innerText('.notice-warning'), /Not added yet: the DNS of customer\.test does not point to this network/);
		await follow('[name="add"]');
		assert.match(await page.innerText('.notice-success'), /customer\.test was added\./);
		assert.ok((await closte.domains()).includes(domain));

		await state('Owner must act');
		const values = await page.$$eval('#closte-sync-state .closte-sync-records [data-copy]', (buttons) => buttons.map((button) => button.dataset.copy));
		assert.deepEqual(values, [domain, address]);
	});

	it('set the record, and the padlock comes to the open page', async () => {
		await page.click(`.closte-sync-records [data-copy="${address}"]`);
		// Whoever is at a button of the records keeps them: the page waits.
		await page.click('#closte-sync-story');
		await page.evaluate(() => {
			window.isSamePage = true;
		});
		await dns.set(domain, address);
		await state('Working');
		assert.equal(await page.evaluate(() => window.isSamePage), true, 'without a reload');
		await page.waitForFunction(() => /Valid/.test(document.getElementById('closte-sync-look').textContent));
		assert.deepEqual(page.complaints, []);
	});

	it('remove it, and it is gone from Closte', async () => {
		await follow('#closte-sync-facts a:has-text("Shop of Ada")');
		await follow('.nav-tab:has-text("Domains")');
		await follow(`tr[data-domain="${domain}"] a:has-text("Change the address")`);
		await page.fill('#url', `http://shop.${env.domain}`);
		await follow('#submit');
		await follow('.nav-tab:has-text("Domains")');
		assert.equal(await page.locator(`tr[data-domain="${domain}"]`).count(), 0);
		assert.deepEqual(await closte.domains(), [`shop.${env.domain}`]);
	});
});
