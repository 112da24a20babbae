// The network that tests/bin/browser made, its emulated Closte, and a browser to look at it with.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

if (!process.env.CLOSTE_ENV) {
	throw new Error('Run these tests with tests/bin/browser, which makes a WordPress network for them.');
}

export const env = JSON.parse(readFileSync(process.env.CLOSTE_ENV, 'utf8'));
export const settingsPage = '/wp-admin/network/settings.php?page=closte-sync';
export const logPage = '/wp-admin/network/settings.php?page=closte-sync-log';
export const domainsPage = '/wp-admin/network/sites.php?page=closte-sync-domains';

const here = dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);

/** Runs WP-CLI in the network; its standard output. */
export async function wp(...args) {
	const { stdout } = await run(join(here, '../bin/wp'), [env.name, ...args]);
	return stdout;
}

async function control(method, path, body) {
	const response = await fetch(env.emulator.control + path, {
		method,
		headers: { 'content-type': 'application/json' },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await response.text();
	if (!response.ok) {
		throw new Error(`${method} ${path}: ${response.status} ${text}`);
	}
	return text.trim() === '' ? null : JSON.parse(text);
}

export const closte = {
	reset: () => control('POST', '/reset'),
	down: (down) => control('PUT', '/down', { down }),
	fault: (...faults) => control('PUT', '/faults', faults),
	/** Whether names with www are in the DNS; the others are not. */
	www: (inDns) => control('PUT', '/www', { in_dns: inDns }),
	refuseKey: () => control('PUT', '/state', { keys: {} }),
	domains: async () =>
		((await control('GET', '/state')).keys[env.key]?.domains ?? []).map((entry) => entry.domain ?? entry).sort(),
	/** Adds domains at Closte, as somebody does in its dashboard. */
	have: async (...domains) => {
		const { keys } = await control('GET', '/state');
		keys[env.key].domains.push(...domains);
		await control('PUT', '/state', { keys });
	},
	journal: (path) => control('GET', `/journal?path=${path}`),
};

async function changeDns(what, record) {
	const response = await fetch(`${env.emulator.dns_control}/${what}`, { method: 'POST', body: JSON.stringify(record) });
	assert.equal(response.status, 200);
}

/** The DNS server of a network that has one of its own. */
export const dns = {
	set: (host, ...addresses) => changeDns('add-a', { host, addresses }),
	setText: (host, value) => changeDns('set-txt', { host: `${host}.`, value }),
};

/** Main site alone, empty ledger, settings as after activation or with these. */
export async function resetNetwork({ enabled = true } = {}) {
	await closte.reset();
	await wp('eval', `require '${join(here, '../cli/reset.php')}'; ${enabled ? '' : "delete_network_option( null, 'closte_sync_settings' );"} delete_metadata( 'user', 0, 'closte_sync_dismissed', '', true );`);
	await closte.reset();
}

export function launch() {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
		args: [
			'--headless',
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
			'--host-resolver-rules=MAP *.test 127.0.0.1, MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND',
		],
	});
}

/** A page of its own session; what its scripts complain about is in `page.complaints`. */
export async function openPage(browser, { user = env.admin.user, password = env.admin.password, ...options } = {}) {
	const context = await browser.newContext({ baseURL: env.url, viewport: { width: 1300, height: 900 }, reducedMotion: 'reduce', ...options });
	// Time for a busy machine.
	context.setDefaultTimeout(120_000);
	const page = await context.newPage();
	page.complaints = [];
	page.on('pageerror', (error) => page.complaints.push(error.message));
	if (user !== null) {
		await page.goto('/wp-login.php');
		await page.fill('#user_login', user);
		await page.fill('#user_pass', password);
		await Promise.all([page.waitForURL('**/wp-admin/**'), page.press('#wp-submit', 'Enter')]);
	}
	return page;
}
