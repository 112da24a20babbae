import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { closte, domainsPage, launch, openPage, resetNetwork, wp } from './network.mjs';

const verdict = '#closte-sync-add-verdict';

describe('adding a domain in the browser', () => {
	let browser;
	let page;
	let site;

	before(async () => {
		browser = await launch();
		page = await openPage(browser);
	});
	after(() => browser.close());
	beforeEach(async () => {
		await resetNetwork();
		await wp('eval', 'ClosteSync\\Settings\\Settings::load()->with( array( "targets" => array( "192.0.2.1" ), "resolvers" => array( "127.0.0.1:9" ) ) )->save();');
		site = (await wp('site', 'create', '--slug=shop', '--title=Shop of Ada', '--porcelain')).trim();
	});

	it('checks the name as it is typed, suggests the site, adds the domain and shows it on the site', async () => {
		await page.goto(`${domainsPage}&view=add`);
		await page.locator('#closte-sync-add-site').pressSequentially('sho');
		await page.waitForSelector('.ui-autocomplete li:has-text("Shop of Ada")');
		await page.waitForSelector('[role="status"]:has-text("Sites found: 1. Choose one")', { state: 'attached' });
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('Enter');
		assert.equal(await page.inputValue('#closte-sync-add-site'), 'shop.network.test');

		await page.fill('#closte-sync-add-domain', 'https://Customer.example/about');
		await page.waitForSelector(`${verdict} .is-good`);
		assert.equal((await page.innerText(verdict)).trim(), 'customer.example can be added. www.customer.example is added, too.');
		assert.match(await page.innerText('#closte-sync-add-site-verdict'), new RegExp(`Site ${site}: Shop of Ada`));
		assert.match(await page.innerText('#closte-sync-add-ways'), /The site moves from shop\.network\.test to customer\.example/);
		assert.equal(await page.getByRole('group', { name: 'How' }).getByRole('radio').count(), 2);
		await page.waitForSelector('#closte-sync-add-dns .closte-sync-verdict');
		assert.match(await page.innerText('#a11y-speak-polite'), /DNS servers did not answer/);
		assert.deepEqual(await closte.domains(), ['shop.network.test']);

		await page.click('[name="add"]');
		await page.waitForSelector('.notice-warning >> text=The site moves from shop.network.test to customer.example');
		assert.deepEqual(await closte.domains(), ['shop.network.test']);
		await page.click('text=Move the site');
		await page.waitForSelector('.notice-success');
		assert.match(await page.innerText('.notice-success'), /customer\.example was added\./);
		assert.deepEqual(await closte.domains(), ['customer.example', 'www.customer.example']);

		await page.goto(`/wp-admin/network/site-info.php?id=${site}`);
		await page.click('.nav-tab:has-text("Domains")');
		await page.waitForSelector('tr[data-domain="customer.example"]');
		assert.match(await page.innerText('.nav-tab-active'), /Domains/);
		assert.equal(await page.locator('#adminmenu .current a').innerText(), 'All Sites');
		assert.deepEqual(page.complaints, []);
	});

	it('says what is in the way while one types, and what was wrong after it was sent without scripts', async () => {
		await page.goto(`${domainsPage}&view=site&id=${site}`);
		await page.fill('#closte-sync-add-domain', 'network.test');
		await page.waitForSelector(`${verdict} .is-bad`);
		assert.equal((await page.innerText(verdict)).trim(), 'network.test is the domain of a network. Enter another domain, or a subdomain of this one.');
		assert.equal(await page.getAttribute('#closte-sync-add-domain', 'aria-invalid'), 'true');
		await page.fill('#closte-sync-add-domain', '*.customer.example');
		await page.waitForSelector('#closte-sync-add-ways [value="address"][disabled]');
		assert.equal(await page.isChecked('#closte-sync-add-ways [value="register"]'), true);
		await page.fill('#closte-sync-add-domain', 'not a domain');
		await page.click('[name="add"]');
		await page.waitForSelector('#closte-sync-add-domain[aria-invalid]:focus');
		assert.match(await page.innerText(verdict), /contains spaces/);

		const plain = await openPage(browser, { javaScriptEnabled: false });
		await plain.goto(`${domainsPage}&view=add`);
		await plain.fill('#closte-sync-add-site', 'nowhere.example');
		await plain.fill('#closte-sync-add-domain', 'customer.example');
		await plain.locator('[name="check"]').press('Enter');
		await plain.waitForSelector(`${verdict} .is-good`);
		assert.match(await plain.innerText('#closte-sync-add-site-verdict'), /No site of this network has this address or ID\./);
		assert.equal(await plain.inputValue('#closte-sync-add-domain'), 'customer.example');
		await plain.fill('#closte-sync-add-site', site);
		await plain.locator('[name="add"]').press('Enter');
		await plain.locator('text=Move the site').press('Enter');
		await plain.waitForSelector('.notice-success');
		assert.ok((await closte.domains()).includes('customer.example'));
		await plain.context().close();
	});
});
