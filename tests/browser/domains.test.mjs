import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { closte, createSite, domainsPage, launch, logOutAndIn, openPage, question, resetNetwork, search, turnPage, wp } from './network.mjs';

const row = (domain) => `tr[data-domain="${domain}"]`;

describe('domains in the browser', () => {
	let browser;
	let page;

	before(async () => {
		browser = await launch();
		page = await openPage(browser);
	});
	after(() => browser.close());
	beforeEach(() => resetNetwork());

	async function act(domain, action) {
		await page.hover(row(domain));
		await page.click(`${row(domain)} .row-actions .${action} button`);
	}

	it('a new site is at Closte before the page comes back', async () => {
		await createSite(page, 'fresh');
		assert.deepEqual(await closte.domains(), ['fresh.network.test']);
		await page.goto(domainsPage);
		assert.match(await page.innerText(`${row('fresh.network.test')} .column-state`), /Checking DNS/);
	});

	it('with Closte away the page comes back, says so, and an open list sends the domain later', async () => {
		await closte.down(true);
		// What two pages may take on this machine, busy as it is, beside the eight seconds that one may wait for Closte.
		const unhurried = Date.now();
		await page.goto(domainsPage);
		const slack = 1_000 + 20 * (Date.now() - unhurried);
		const started = Date.now();
		await createSite(page, 'patient');
		assert.ok(Date.now() - started < 8_000 + slack);
		assert.match(await page.innerText('.notice-warning'), /1 change has not been sent to Closte yet\. You do not need to do anything: changes are sent automatically\./);
		await page.goto(domainsPage);
		assert.match(await page.innerText(row('patient.network.test')), /Waiting for Closte/);
		await closte.down(false);
		await page.waitForSelector(`${row('patient.network.test')}[data-stage="checking-dns"]`);
		assert.deepEqual(await closte.domains(), ['patient.network.test']);
		assert.match(await page.innerText('#a11y-speak-polite'), /patient\.network\.test: (Waiting|Owner must act|Network admin must act), Checking DNS/);
		assert.match(await page.innerText('.subsubsub'), /(Waiting|Owner must act|Network admin must act) \(1\)/);
	});

	it('is brought up to date around who is at a filter', async () => {
		await wp('site', 'create', '--slug=one');
		await page.goto(domainsPage);
		await page.focus('.subsubsub a');
		// An answer changes the filters first.
		const nonce = '#closte-sync-domains [name="_wpnonce"]';
		await page.evaluate((field) => document.querySelector(field).value = '', nonce);
		await page.waitForFunction((field) => document.querySelector(field).value !== '', nonce);
		assert.ok(await page.evaluate(() => document.activeElement.closest('.subsubsub')));
	});

	it('a refused key is named on the screens of sites', async () => {
		await closte.refuseKey();
		await createSite(page, 'locked');
		assert.match(await page.innerText('.notice-error'), /Closte refuses the API key/);
		assert.match(await page.innerText('.notice-error'), /Test the connection/);
	});

	it('filters, searches and sorts', async () => {
		await closte.fault({ kind: 'reject', domain: 'bad.network.test' });
		for (const slug of ['alpha', 'beta', 'bad']) {
			await wp('site', 'create', `--slug=${slug}`);
		}
		const listed = () => page.$$eval('tr[data-domain]', (rows) => rows.map((one) => one.dataset.domain));
		const lists = async (...domains) => {
			// The page before it may still be there for a moment.
			const there = (names) => [...document.querySelectorAll('tr[data-domain]')].map((one) => one.dataset.domain).join() === names;
			await page.waitForFunction(there, domains.join()).catch(() => {});
			assert.deepEqual(await listed(), domains);
		};
		await page.goto(domainsPage);
		await lists('bad.network.test', 'alpha.network.test', 'beta.network.test');
		await Promise.all([page.waitForURL(/orderby=domain&order=asc/), page.click('th#domain a')]);
		await lists('alpha.network.test', 'bad.network.test', 'beta.network.test');
		await Promise.all([page.waitForURL(/state=network-must-act/), page.click('.subsubsub a[href*="state=network-must-act"]')]);
		await lists('bad.network.test');
		await page.goto(domainsPage);
		await search(page, '#closte-sync-domain-search-input', 'bet');
		await lists('beta.network.test');
		assert.match(await page.innerText('.subtitle'), /Search results for: bet/);
	});

	it('pages by the number set under Screen Options', async () => {
		for (const slug of ['alpha', 'beta', 'gamma']) {
			await wp('site', 'create', `--slug=${slug}`);
		}
		// A check between the pages would move a domain to the other one.
		await wp('closte', 'disable');
		await page.goto(domainsPage);
		await turnPage(page, { option: 'closte_sync_domains_per_page', rows: 'tr[data-domain]', address: /after=/ }, () =>
			page.waitForFunction(() => document.querySelectorAll('tr[data-domain]').length === 1),
		);
	});

	it('retries a domain that failed, and says where it stands', async () => {
		await closte.fault({ kind: 'reject', domain: 'bad.network.test' });
		await wp('site', 'create', '--slug=bad');
		await page.goto(domainsPage);
		assert.match(await page.innerText(`${row('bad.network.test')} .column-advice`), /Closte refused it/);
		await act('bad.network.test', 'check');
		assert.match(await page.innerText('.notice-warning'), /bad\.network\.test: Network admin must act\./);
		await closte.fault();
		await act('bad.network.test', 'check');
		assert.match(await page.innerText('.notice-info'), /bad\.network\.test: Waiting\./);
		assert.deepEqual(await closte.domains(), ['bad.network.test']);
	});

	it('changes something by what is posted only, also without scripts', async () => {
		await wp('closte', 'domain', 'add', '*.shop.example');
		const plain = await openPage(browser, { javaScriptEnabled: false });
		await plain.goto(domainsPage);
		const [asked] = await Promise.all([plain.waitForRequest((request) => request.method() === 'POST'), plain.locator('.row-actions .check button').first().press('Enter')]);
		assert.doesNotMatch(asked.url(), /nonce|action=/);
		await plain.waitForSelector('.notice-info, .notice-warning');
		assert.match(await plain.innerText('.notice-info, .notice-warning'), /\*\.shop\.example: (Waiting|Owner must act)\./);
		await plain.locator('.row-actions .remove button').first().press('Enter');
		assert.match(await question(plain), /Closte stops serving these domains/);
		await plain.click('#submit');
		await plain.waitForSelector('.notice-success');
		assert.deepEqual(await closte.domains(), []);
		await plain.context().close();
	});

	it('checks several at once', async () => {
		await closte.down(true);
		await wp('site', 'create', '--slug=one');
		await wp('site', 'create', '--slug=two');
		await closte.down(false);
		await page.goto(domainsPage);
		await page.check('#cb-select-all-1');
		await page.selectOption('#bulk-action-selector-top', 'check');
		await page.click('#doaction');
		await page.waitForSelector('.notice-success');
		assert.match(await page.innerText('.notice-success'), /2 domains are being checked\./);
		assert.deepEqual(await closte.domains(), ['one.network.test', 'two.network.test']);
	});

	it('removes only what was added by hand, after asking', async () => {
		await wp('closte', 'domain', 'add', '*.shop.example');
		await wp('site', 'create', '--slug=one');
		await page.goto(domainsPage);
		assert.equal(await page.locator(`${row('one.network.test')} .row-actions .remove`).count(), 0);
		await act('*.shop.example', 'remove');
		assert.match(await question(page), /Closte stops serving these domains/);
		assert.deepEqual(await closte.domains(), ['*.shop.example', 'one.network.test']);
		await page.click('#submit');
		await page.waitForSelector('.notice-success');
		assert.match(await page.innerText('.notice-success'), /\*\.shop\.example was removed from Closte\./);
		assert.deepEqual(await closte.domains(), ['one.network.test']);
	});

	it('forgets a domain that cannot be removed, and leaves the wanted ones alone', async () => {
		await wp('closte', 'domain', 'add', '*.shop.example');
		await wp('site', 'create', '--slug=one');
		await closte.down(true);
		await page.goto(domainsPage);
		await act('*.shop.example', 'remove');
		await page.click('#submit');
		await page.waitForSelector(`${row('*.shop.example')}[data-stage="removing"]`);
		await page.check('#cb-select-all-1');
		await page.selectOption('#bulk-action-selector-top', 'forget');
		await page.click('#doaction');
		assert.match(await question(page), /no longer keeps track of them:\s+\*\.shop\.example\s+These domains stay as they are:\s+one\.network\.test is in use/);
		await page.click('#submit');
		await page.waitForSelector('.notice-success >> text=1 domain was removed from the list. If Closte has it, it stays there.');
		assert.equal(await page.locator(row('*.shop.example')).count(), 0);
		assert.equal(await page.locator(row('one.network.test')).count(), 1);
		await closte.down(false);
		assert.deepEqual(await closte.domains(), ['*.shop.example', 'one.network.test']);
	});

	it('shows a row that goes away while one looks', async () => {
		await wp('closte', 'domain', 'add', '*.shop.example');
		await page.goto(domainsPage);
		await page.focus(`${row('*.shop.example')} .row-title`);
		await wp('closte', 'domain', 'remove', '*.shop.example', '--yes');
		await page.waitForSelector(`${row('*.shop.example')}.closte-sync-gone`);
		assert.match(await page.innerText(`${row('*.shop.example')} .column-state`), /Removed/);
		assert.match(await page.textContent(`${row('*.shop.example')} .closte-sync-brief`), /^Removed$/);
		// What was to come does not come, and who was at the row is still there.
		const said = (cells) => cells.map((cell) => cell.textContent).join('');
		assert.equal(await page.$$eval(`${row('*.shop.example')} :is(.check-column, .column-advice, .column-next_check)`, said), '');
		assert.equal(await page.evaluate(() => document.activeElement.dataset.domain), '*.shop.example');
	});

	it('keeps an interval below a minute while it is open', async () => {
		await wp('eval', 'ClosteSync\\Settings\\Settings::load()->with( array( "check_interval" => 10, "resolvers" => array( "127.0.0.1:9" ) ) )->save();');
		await wp('closte', 'domain', 'add', '*.shop.example');
		await page.goto(domainsPage);
		const opened = Date.now();
		let looks = 0;
		while (looks < 3 && Date.now() - opened < 3 * 58_000) {
			looks = Number(await wp('closte', 'domain', 'get', '*.shop.example', '--field=attempts'));
		}
		assert.equal(looks, 3);
	});

	it('shows the words of Closte and of customers as text', async () => {
		await closte.fault({ kind: 'reject', domain: 'bad.network.test', text: '<img src=x onerror="document.title=\'owned\'">' });
		await wp('site', 'create', '--slug=bad');
		await page.goto(`${domainsPage}&s=${encodeURIComponent('"><script>document.title="owned"</script>')}`);
		assert.notEqual(await page.title(), 'owned');
		await page.goto(domainsPage);
		assert.match(await page.innerText(`${row('bad.network.test')} .column-advice`), /<img src=x/);
		assert.equal(await page.locator(`${row('bad.network.test')} img`).count(), 0);
		assert.notEqual(await page.title(), 'owned');
	});

	it('shows both forms of an internationalised domain', async () => {
		await wp('closte', 'domain', 'add', 'bücher.example');
		await page.goto(domainsPage);
		const cell = await page.innerText(`${row('xn--bcher-kva.example')} .column-domain`);
		assert.match(cell, /bücher\.example/);
		assert.match(cell, /xn--bcher-kva\.example/);
	});

	it('keeps its columns readable whatever is shown', async () => {
		await wp('closte', 'domain', 'add', '*.shop.example');
		await wp('eval', "update_user_meta( 1, 'managesites_page_closte-sync-domains-networkcolumnshidden', array() );");
		const before = page.viewportSize();
		try {
			for (const width of [1300, 1000]) {
				await page.setViewportSize({ width, height: 900 });
				await page.goto(domainsPage);
				const widths = await page.$$eval('#closte-sync-domains thead th', (cells) => cells.map((cell) => [cell.id, cell.getBoundingClientRect().width]));
				assert.equal(widths.length, 10);
				for (const [id, pixels] of widths) {
					assert.ok(pixels >= (id === 'advice' ? 200 : 70), `${id}: ${pixels} px at ${width} px`);
				}
				// The page itself does not scroll sideways.
				assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
			}
		} finally {
			await page.setViewportSize(before);
			await wp('eval', "delete_user_meta( 1, 'managesites_page_closte-sync-domains-networkcolumnshidden' );");
		}
	});

	it('parts a domain and its www name as soon as they differ, and acts on both where they do not', async () => {
		await wp('closte', 'domain', 'add', 'shop.example');
		// Nothing else changes the rows.
		await wp('closte', 'disable');
		const alike = (www) => wp('eval', `$GLOBALS['wpdb']->query( "UPDATE {$GLOBALS['wpdb']->base_prefix}closte_sync_domains SET state = CASE WHEN domain LIKE 'www.%' THEN '${www}' ELSE 'waiting' END, stage = 'checking-dns', next_call = '', dns_state = '', problems = '[]'" );`);
		await alike('waiting');
		await page.goto(domainsPage);
		assert.equal(await page.innerText(`${row('shop.example')} .closte-sync-www`), 'and www.');
		await page.check(`${row('shop.example')} .check-column input`);
		// A line with the focus stays as it is.
		await page.evaluate(() => document.activeElement.blur());
		await alike('owner-must-act');
		await page.waitForSelector(row('www.shop.example'));
		assert.deepEqual(await page.$$eval('tr[data-domain] .check-column input', (boxes) => boxes.map((box) => box.checked)), [true, true]);
		await page.click('#cb-select-all-1');
		await alike('waiting');
		await page.waitForSelector(row('www.shop.example'), { state: 'detached' });
		await page.check(`${row('shop.example')} .check-column input`);
		await page.selectOption('#bulk-action-selector-top', 'check');
		await page.click('#doaction');
		await page.waitForSelector('.notice.is-dismissible >> text=www.shop.example');
		assert.match(await page.innerText('#wpbody-content'), /shop\.example: .*www\.shop\.example: /s);
	});

	it('says where a domain stands on a narrow screen too, and writes a wildcard from left to right', async () => {
		await wp('closte', 'domain', 'add', '*.wild.example');
		const brief = `${row('*.wild.example')} .closte-sync-brief`;
		const before = page.viewportSize();
		await page.goto(domainsPage);
		assert.equal(await page.isVisible(brief), false);
		assert.equal(await page.getAttribute(`${row('*.wild.example')} .column-domain .row-title`, 'dir'), 'ltr');
		try {
			await page.setViewportSize({ width: 390, height: 844 });
			assert.match(await page.innerText(brief), /Waiting|Owner must act/);
			await page.click(`${row('*.wild.example')} .toggle-row`);
			assert.equal(await page.isVisible(brief), false);
			assert.equal(await page.isVisible(`${row('*.wild.example')} .column-state`), true);
		} finally {
			await page.setViewportSize(before);
		}
	});

	it('says that its user is logged out, lets them log in again, and goes on', async () => {
		await closte.down(true);
		await wp('site', 'create', '--slug=patient');
		const own = await openPage(browser);
		await own.clock.install();
		await own.goto(domainsPage);
		await logOutAndIn(own, { trouble: '#closte-sync-poll-trouble .notice-error', asked: /closte-sync\/v1\/poll/ });
		await closte.down(false);
		await own.waitForSelector(`${row('patient.network.test')}[data-stage="checking-dns"]`);
		assert.equal(await own.locator('#closte-sync-poll-trouble .notice').count(), 0);
		// Its other nonces are those of the new log-in too.
		await own.check('#cb-select-all-1');
		await own.selectOption('#bulk-action-selector-top', 'check');
		await own.click('#doaction');
		await own.waitForSelector('.notice-warning, .notice-info');
		assert.deepEqual(own.complaints, []);
		await own.context().close();
		page = await openPage(browser);
	});

	it('says that the server does not answer, and goes on once it does', async () => {
		await wp('site', 'create', '--slug=patient');
		const own = await openPage(browser);
		const isPoll = (url) => /closte-sync\/v1\/poll/.test(decodeURIComponent(url));
		const poll = (url) => isPoll(url.href);
		const asked = () => own.waitForRequest((request) => isPoll(request.url()));
		await own.clock.install();
		await own.route(poll, () => {});
		await Promise.all([asked(), own.goto(domainsPage)]);
		const second = asked();
		await own.clock.fastForward('00:41');
		await second;
		await own.clock.fastForward('00:41');
		await own.waitForSelector('#closte-sync-poll-trouble >> text=The server did not answer.');
		await own.unroute(poll);
		await own.clock.fastForward('00:31');
		await own.waitForFunction(() => document.querySelector('#closte-sync-poll-trouble').textContent === '');
		await own.context().close();
	});

	it('has nothing that a script complains about', async () => {
		await wp('site', 'create', '--slug=one');
		await page.goto(domainsPage);
		const answer = await page.waitForResponse((response) => /closte-sync\/v1\/poll/.test(decodeURIComponent(response.url())));
		assert.equal(answer.status(), 200);
		await page.waitForFunction(() => document.querySelector('tr[data-ids]'));
		assert.deepEqual(page.complaints, []);
	});
});
