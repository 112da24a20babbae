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
		await Promise.all([page.waitForURL('**/wp-admin/**'), fillLogIn(page, user, password)]);
	}
	return page;
}

/** Fills in the form to log in that a page or a frame shows, and sends it. */
export async function fillLogIn(form, user = env.admin.user, password = env.admin.password) {
	await form.locator('#user_login').fill(user);
	await form.locator('#user_pass').fill(password);
	await form.locator('#wp-submit').press('Enter');
}

/**
 * The admin's sessions end. The page says so in `trouble` and asks for nothing at addresses like `asked`, until they have logged in
 * again in the form that WordPress shows there.
 */
export async function logOutAndIn(page, { trouble, asked, isSeen = async () => {} }) {
	await wp('user', 'session', 'destroy', 'admin', '--all');
	await isSeen();
	await page.waitForSelector('#wp-auth-check-wrap:not(.hidden) #wp-auth-check');
	// WordPress gives up on a form that is not there after ten seconds, and some pass at once later.
	await page.waitForSelector('#wp-auth-check-form:not(.loading)');
	await page.waitForSelector(`${trouble} >> text=You are logged out`);
	let requests = 0;
	page.on('request', (request) => requests += Number(asked.test(decodeURIComponent(request.url()))));
	await page.clock.fastForward('00:40');
	await page.evaluate(() => fetch('/'));
	assert.equal(requests, 0);
	await fillLogIn(page.frameLocator('#wp-auth-check-frame'));
	await page.waitForSelector('#wp-auth-check-wrap.hidden', { state: 'attached' });
}

/** Creates a site on WordPress's own screen. */
export async function createSite(page, slug) {
	await page.goto('/wp-admin/network/site-new.php');
	await page.fill('#site-address', slug);
	await page.fill('#site-title', slug);
	await page.fill('#admin-email', 'admin@network.example');
	await Promise.all([page.waitForURL('**/site-new.php?update=added**'), page.click('#add-site')]);
}

/** What a page asks before something is removed, once all of it is there. */
export async function question(page) {
	await page.waitForSelector('#submit');
	return page.innerText('#wpbody-content');
}

/** Searches the list that a page shows. */
export async function search(page, input, text) {
	await page.fill(input, text);
	await Promise.all([page.waitForURL(new RegExp(`s=${text}`)), page.click('#search-submit')]);
}

/** Sets two rows a page for a list of three, goes to the second page, and has that looked at. */
export async function turnPage(page, { option, rows, address }, look) {
	try {
		await page.click('#show-settings-link');
		await page.fill(`#${option}`, '2');
		await page.click('#screen-options-apply');
		// The page that the form was on is still there for a moment.
		await page.waitForFunction((all) => document.querySelectorAll(all).length === 2, rows);
		await Promise.all([page.waitForURL(address), page.click('.tablenav.top .next-page')]);
		await look();
	} finally {
		await wp('eval', `delete_metadata( 'user', 0, '${option}', '', true );`);
	}
}
