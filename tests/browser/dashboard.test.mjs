import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { domainsPage, launch, openPage, resetNetwork, wp } from './network.mjs';

const dashboard = '/wp-admin/network/';
const notice = '[data-closte-sync-notice^="attention-"]';

/** Rows in these states, since so many hours. */
function rows(states) {
	const data = JSON.stringify(states).replaceAll("'", '');
	return wp(
		'eval',
		`global $wpdb;
		$ledger = ( new ClosteSync\\Container( $wpdb ) )->ledger();
		foreach ( json_decode( '${data}', true ) as $domain => list( $state, $hours ) ) {
			$ledger->want( $domain, 1, 'core' );
			$wpdb->update(
				$wpdb->base_prefix . 'closte_sync_domains',
				array(
					'state'         => $state,
					'state_since'   => time() - $hours * HOUR_IN_SECONDS,
					'stage'         => 'checking-dns',
					'next_call'     => '',
					'next_check_at' => time() + DAY_IN_SECONDS,
					'problems'      => wp_json_encode( array( array( 'code' => 'elsewhere', 'message' => "Set the A record of $domain." ) ) ),
				),
				array( 'domain' => $domain )
			);
		}`
	);
}

describe('the network dashboard', () => {
	let browser;

	before(async () => {
		browser = await launch();
		await resetNetwork();
		await rows({ 'wrong.example': ['owner-must-act', 30], 'fine.example': ['working', 9] });
	});
	after(async () => {
		await resetNetwork();
		await browser.close();
	});

	it('says in the box, in the menu and in a notice which domain needs somebody and what to do', async () => {
		const page = await openPage(browser);
		await page.goto(dashboard);
		const box = await page.innerText('#closte_sync_domains');
		assert.match(box, /wrong\.example\s+Owner must act\s+for 1 day\s+Set the A record of wrong\.example\./);
		assert.match(await page.innerText(notice), /1 domain needs attention\. Its owner must act\./);
		assert.equal(await page.innerText('#menu-site .awaiting-mod .pending-count >> nth=0'), '1');

		await page.click('#closte_sync_domains .closte-sync-widget-counts a:has(.is-owner-must-act)');
		await page.waitForURL(`**${domainsPage}&state=owner-must-act`);
		assert.match(await page.innerText('#the-list'), /wrong\.example/);
		assert.doesNotMatch(await page.innerText('#the-list'), /fine\.example/);

		await page.goto('/wp-admin/network/sites.php');
		assert.match(await page.innerText('#the-list .column-closte_sync_domains'), /Owner must act\s+1 of 2 domains/);
		assert.deepEqual(page.complaints, []);
		await page.context().close();
	});

	for (const [how, options] of [
		['with JavaScript', {}],
		['without JavaScript', { javaScriptEnabled: false }],
	]) {
		it(`keeps the notice away once it was dismissed, until there is new trouble: ${how}`, async () => {
			await wp('eval', "delete_metadata( 'user', 0, 'closte_sync_dismissed', '', true );");
			await rows({ 'wrong.example': ['owner-must-act', 30], 'later.example': ['working', 1] });
			const page = await openPage(browser, options);
			await page.goto(dashboard);
			if (options.javaScriptEnabled === false) {
				await page.click(`${notice} .closte-sync-dismiss button`);
				await page.waitForURL(`**${dashboard}`);
			} else {
				assert.equal(await page.isVisible(`${notice} .closte-sync-dismiss`), false);
				await Promise.all([
					page.waitForResponse((response) => response.url().endsWith('/edit.php?action=closte-sync-dismiss')),
					page.click(`${notice} .notice-dismiss`),
				]);
				await page.goto(dashboard);
			}
			assert.equal(await page.locator(notice).count(), 0);

			await rows({ 'later.example': ['network-must-act', 1] });
			await page.goto(dashboard);
			assert.match(await page.innerText(notice), /2 domains need attention\. A network admin must act for 1, the owner for 1\.\s+later\.example/);
			await page.context().close();
		});
	}
});
