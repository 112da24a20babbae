// Every screen of the plugin, and a network that has something to show on each.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { domainsPage, env, logPage, resetNetwork, settingsPage, wp } from './network.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** By name: its address, what of it is ours, and what shows that all of it is there. */
export async function makeScreens() {
	await resetNetwork();
	const { site, domain } = JSON.parse(await wp('eval-file', '--use-include', join(here, 'screens.php')));
	const wrap = '.closte-sync-screen';
	return {
		dashboard: ['/wp-admin/network/', '#closte_sync_domains, [data-closte-sync-notice]'],
		'All Sites': ['/wp-admin/network/sites.php', '.column-closte_sync_domains, [data-closte-sync-notice]'],
		domains: [domainsPage, wrap],
		'one domain': [`${domainsPage}&domain=${domain}&look=1`, wrap],
		'add a domain': [`${domainsPage}&view=add`, wrap],
		'domains of a site': [`${domainsPage}&view=site&id=${site}`, wrap],
		settings: [settingsPage, wrap],
		log: [logPage, wrap],
		guide: ['/wp-admin/network/settings.php?page=closte-sync-guide', wrap],
		'domains for the owner of a site': [
			`${env.url.replace('//', '//shop.')}/wp-admin/options-general.php?page=closte-sync-own-domains&domain=claimed.example`,
			wrap,
		],
	};
}
