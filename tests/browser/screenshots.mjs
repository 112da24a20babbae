// Takes the README's pictures of a network in which the demo has just told its story: node screenshots.mjs FOLDER
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { closte, domainsPage, launch, openPage, wp } from './network.mjs';

const folder = resolve(process.argv[2]);
await mkdir(folder, { recursive: true });

// One that Closte refuses, beside those of the story.
await closte.fault({ kind: 'reject', domain: 'pastry-shop.test' });
await wp('eval', "wp_insert_site( array( 'domain' => 'pastry-shop.test', 'path' => '/', 'network_id' => 1, 'user_id' => 1, 'title' => 'Pastry shop' ) );");
await closte.fault();

const browser = await launch();
const page = await openPage(browser, { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1 });

async function shot(name, options = {}) {
	// WordPress's own news need the network, and the rest says nothing of us.
	await page.addStyleTag({ content: '#wpadminbar, #screen-meta-links, #wpfooter, #dashboard_primary, .update-nag { display: none } html.wp-toolbar { padding-top: 0 }' });
	await page.screenshot({ path: join(folder, `${name}.png`), ...options });
}

await page.goto('/wp-admin/network/');
await page.waitForSelector('#closte_sync_domains .closte-sync-widget');
// What comes after turning on is for another picture.
await page.locator('.notice-info .notice-dismiss').first().click();
await page.waitForSelector('.notice-info', { state: 'detached' });
await shot('dashboard');

await page.goto(domainsPage);
await page.waitForSelector('tr[data-domain], tr[data-domain-id]');
await shot('domains');

await page.locator('a.row-title, .column-domain a').filter({ hasText: 'florist.test' }).first().click();
await page.waitForSelector('.closte-sync-records');
await page.waitForSelector('.closte-sync-resolvers');
await shot('domain');

await browser.close();
