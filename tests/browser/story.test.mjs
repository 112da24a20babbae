// From an inactive plugin to a padlock and back by clicks alone, beside a DNS server, an ACME server and Closte's edge.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closte, dns, env, launch, openPage, settingsPage, wp } from './network.mjs';

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

	it('the owner of a site adds a domain, sees its records, and removes it', async () => {
		const bakery = `bakery.${env.domain}`;
		const others = await closte.domains();
		const added = async () => (await closte.domains()).filter((one) => !others.includes(one));
		const own = 'ada.test';
		await page.goto(settingsPage);
		await page.check('#closte-sync-owners');
		await follow('#submit');
		await wp('site', 'create', '--slug=bakery');
		await wp('user', 'create', 'lovelace', 'ada@network.example', '--user_pass=password', '--role=administrator', `--url=${bakery}`);

		const owner = await openPage(browser, { user: 'lovelace', password: 'password', baseURL: env.url.replace('//', '//bakery.') });
		owner.on('dialog', (dialog) => dialog.accept());
		const click = (selector) => Promise.all([owner.waitForNavigation(), owner.click(selector)]);
		const values = (place) => owner.$$eval(`${place} .closte-sync-records [data-copy]`, (buttons) => buttons.map((button) => button.dataset.copy));
		// On a busy machine a run does what a request has no time for.
		const until = async (done) => {
			for (let round = 1; !(await done()); round++) {
				assert.ok(round < 20, await owner.innerText('#wpbody-content'));
				await wp('eval', "do_action( 'closte_sync_run' );");
			}
		};
		await owner.hover('#menu-settings');
		await click('#menu-settings a[href$="closte-sync-own-domains"]');
		await owner.fill('#closte-sync-own-domain', own);
		await click('button:has-text("Add domain")');
		assert.match(await owner.innerText('.notice-info'), /Show that ada\.test is yours/);
		assert.deepEqual(await added(), [bakery]);
		const [name, token, ...pointing] = await values('.closte-sync-claim');
		assert.equal(name, `_closte-sync.${own}`);
		assert.deepEqual(pointing, [own, address, `www.${own}`, env.domain]);

		await dns.setText(name, token);
		await click('.closte-sync-claim button:has-text("Check again")');
		assert.match(await owner.innerText('.notice-success'), /ada\.test was added to this site\./);
		const line = `.closte-sync-site-domains tr:has(strong:text-is("${own}"))`;
		await until(async () => {
			await owner.reload();
			return (await added()).includes(own) && /Owner must act/.test(await owner.innerText(line));
		});
		assert.deepEqual(await values(line), [own, address]);

		await click(`${line} button:has-text("Remove")`);
		assert.match(await owner.innerText('.notice-success'), /ada\.test was removed from this site\./);
		assert.equal(await owner.locator(line).count(), 0);
		await until(async () => (await added()).join() === bakery);
		assert.deepEqual(owner.complaints, []);
	});
});
