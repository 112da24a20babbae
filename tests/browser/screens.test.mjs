import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { env, launch, openPage, resetNetwork, wp } from './network.mjs';
import { makeScreens } from './screens.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Stylesheets are WordPress's own for such languages, though none of them is installed.
const rightToLeft = join(env.wordpress, 'wp-content/mu-plugins/right-to-left.php');
const WIDTHS = [1300, 782, 360];

/** What axe finds in a part of the page, by all of its rules or by these. */
async function violations(page, part, { rules, exclude = [] } = {}) {
	await page.evaluate(axe);
	return page.evaluate(async ([include, left, runOnly]) => {
		const options = { resultTypes: ['violations'], preload: false, ...(runOnly && { runOnly }) };
		const { violations: found } = await window.axe.run({ include: [...document.querySelectorAll(include)], exclude: left }, options);
		return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
	}, [part, exclude, rules]);
}

/** What WordPress puts in the colour of a scheme upon the grey of its pages, with too little contrast in most of its schemes. */
const SCHEMES_OWN = ['.page-title-action', '.button:not(.button-primary, .closte-sync-copy)'];

/** WordPress's colour schemes: the stylesheet of each, or false for the one that needs none. */
async function colourSchemes() {
	const schemes = JSON.parse(await wp('eval', "require_once ABSPATH . 'wp-admin/includes/misc.php'; register_admin_color_schemes(); echo wp_json_encode( array_map( static fn( $scheme ) => $scheme->url, $GLOBALS['_wp_admin_css_colors'] ) );"));
	assert.ok(Object.keys(schemes).length >= 9);
	return Object.entries(schemes);
}

/** Gives a page that is open another colour scheme, as WordPress does when it makes a page, but sooner. */
function recolour(page, scheme) {
	return page.evaluate(async ([name, address]) => {
		const link = document.getElementById('colors-css');
		document.body.className = document.body.className.replace(/\badmin-color-\S+/, `admin-color-${name}`);
		link.disabled = !address;
		if (address) {
			const loaded = new Promise((resolve, reject) => Object.assign(link, { onload: resolve, onerror: reject }));
			link.href = address;
			await loaded;
		}
	}, scheme);
}

/** Shapes that a background alone draws, which forced colours take away. WordPress draws the dot of a radio button so. */
async function lostShapes(page, part) {
	await page.emulateMedia({ forcedColors: 'active' });
	const lost = await page.evaluate((selector) => {
		const paper = getComputedStyle(document.body).backgroundColor;
		const sides = ['Top', 'Right', 'Bottom', 'Left'];
		return [...document.querySelectorAll(`:is(${selector}) :not(input[type=radio])`)].flatMap((element) =>
			['::before', '::after'].filter((pseudo) => {
				const style = getComputedStyle(element, pseudo);
				const colours = [style.backgroundColor, ...sides.filter((side) => style[`border${side}Width`] !== '0px').map((side) => style[`border${side}Color`])];
				return style.content === '""' && style.display !== 'none' && getComputedStyle(element).display !== 'none' && colours.every((colour) => [paper, 'rgba(0, 0, 0, 0)'].includes(colour));
			}).map((pseudo) => `lost with forced colours: ${pseudo} of ${element.outerHTML.slice(0, 120)}`),
		);
	}, part);
	await page.emulateMedia({ forcedColors: 'none' });
	return lost;
}

/** Texts and fields of a part of the page that lie upon each other, or beside the page. */
function misplaced(page, part) {
	return page.evaluate((selector) => {
		const wrong = [];
		if (document.documentElement.scrollWidth > window.innerWidth) {
			wrong.push(`the page is ${document.documentElement.scrollWidth} px wide`);
		}
		const boxes = [];
		const add = (element, rect, what) => {
			if (rect.width > 1 && rect.height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('.screen-reader-text, .closte-sync-scroll, [hidden]')) {
				boxes.push({ element, what, left: rect.left + 1, right: rect.right - 1, top: rect.top + 3, bottom: rect.bottom - 3 });
			}
		};
		for (const root of document.querySelectorAll(selector)) {
			const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
			while (texts.nextNode()) {
				const text = texts.currentNode;
				if (text.data.trim() !== '' && !text.parentElement.closest('button, select, textarea, style, script, thead')) {
					const range = document.createRange();
					range.selectNodeContents(text);
					[...range.getClientRects()].forEach((rect) => add(text.parentElement, rect, text.data.trim()));
				}
			}
			root.querySelectorAll('input:not([type=hidden]), button, select, textarea').forEach((field) => add(field, field.getBoundingClientRect(), field.outerHTML.slice(0, 80)));
		}
		boxes.forEach((one, index) => {
			if (one.left < -1 || one.right > window.innerWidth + 1) {
				wrong.push(`beside the page: ${one.what}`);
			}
			for (const other of boxes.slice(index + 1)) {
				if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom && !one.element.contains(other.element) && !other.element.contains(one.element)) {
					wrong.push(`upon each other: ${one.what} / ${other.what}`);
				}
			}
		});
		return wrong;
	}, part);
}

/** What people read of a part of a page, the menu and the help: text, and attributes that are read or spoken. */
function texts(page, address, part) {
	return page.evaluate(
		async ([from, selector]) => {
			const found = [];
			const add = (text) => found.push(text.replace(/\s+/g, ' ').trim());
			// Names, WordPress's own tabs of a site, and messages of the log, which are kept in the language of whom they came from.
			const root = new DOMParser().parseFromString(await (await fetch(from)).text(), 'text/html');
			root.querySelectorAll('script, style, code, kbd, pre, bdi, textarea, [dir="ltr"], .nav-tab-wrapper, .column-message').forEach((element) => element.remove());
			// The help of WordPress's own screens is its own.
			const help = from.includes('page=closte-sync') ? ', #contextual-help-wrap' : '';
			for (const one of root.querySelectorAll(`${selector}, #adminmenu a[href*="closte-sync"]${help}`)) {
				const nodes = root.createTreeWalker(one, NodeFilter.SHOW_TEXT);
				while (nodes.nextNode()) {
					add(nodes.currentNode.data);
				}
				for (const name of ['title', 'aria-label', 'placeholder', 'data-copied', 'data-label', 'data-confirm', 'data-running', 'data-failed']) {
					one.querySelectorAll(`[${name}]`).forEach((element) => add(element.getAttribute(name)));
				}
			}
			return found;
		},
		[address, part]
	);
}

/** What of WordPress's own, and of what people have given, is the same in any language where WordPress has no language pack. */
const OTHERS = new RegExp(
	[
		'\\d+ (second|minute|hour|day|month)s?',
		'(January|February|March|April|May|June|July|August|September|October|November|December) \\d+, \\d+',
		'Select bulk action|Show or hide panel|Dismiss this notice\\.|Show more details|Select All|Shop of Ada',
		'[\\w-]+(\\.[\\w-]+)+',
	].join('|'),
	'g'
);

const words = (text) => text.replace(OTHERS, ' ').match(/\p{L}{2,}/gu) ?? [];

describe('every screen', () => {
	let browser;
	let page;
	let screens;

	before(async () => {
		browser = await launch();
		screens = await makeScreens();
		writeFileSync(rightToLeft, "<?php\nif ( isset( $_COOKIE['right_to_left'] ) ) {\n\t$GLOBALS['text_direction'] = 'rtl';\n}\n");
		page = await openPage(browser);
	});
	after(async () => {
		await browser.close();
		rmSync(rightToLeft, { force: true });
		await resetNetwork();
	});

	async function open(name) {
		const [address, part, isThere] = screens[name];
		await page.setViewportSize({ width: WIDTHS[0], height: 900 });
		await page.goto(address);
		await page.waitForSelector(isThere ?? part);
		return part;
	}

	async function screenshot(name) {
		if (process.env.CLOSTE_SCREENSHOTS) {
			await page.screenshot({ path: join(process.env.CLOSTE_SCREENSHOTS, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
		}
	}

	/** Opens each screen at each width; what is wrong. */
	async function walk(direction, find) {
		const wrong = [];
		for (const name of Object.keys(screens)) {
			const part = await open(name);
			assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), direction);
			for (const width of WIDTHS) {
				await page.setViewportSize({ width, height: 900 });
				const found = await find(part, width);
				wrong.push(...found.map((what) => `${name}, ${width} px: ${what}`));
				await screenshot(`${name}-${direction}-${width}`);
			}
		}
		assert.deepEqual(wrong, []);
		assert.deepEqual(page.complaints, []);
	}

	const lookAround = async (part) => [...(await misplaced(page, part)), ...(await violations(page, part))];

	it('fits desktop, tablet and phone, and axe finds nothing', () => walk('ltr', lookAround));

	it('can be read in each colour scheme, and with forced colours', async () => {
		const schemes = await colourSchemes();
		const wrong = [];
		for (const name of Object.keys(screens)) {
			const part = await open(name);
			// A colour that is on its way to another is neither.
			await page.addStyleTag({ content: '* { transition: none !important; }' });
			for (const scheme of schemes) {
				await recolour(page, scheme);
				// As a row looks whose domain has just gone away.
				await page.evaluate(() => document.querySelector('tr[data-ids]')?.classList.add('closte-sync-gone'));
				const found = await violations(page, part, { rules: ['color-contrast', 'link-in-text-block'], exclude: SCHEMES_OWN });
				wrong.push(...found.map((what) => `${name}, ${scheme[0]}: ${what}`));
				await screenshot(`${name}-${scheme[0]}`);
			}
			wrong.push(...(await lostShapes(page, part)).map((what) => `${name}: ${what}`));
		}
		assert.deepEqual(wrong, []);
	});

	it('fits them from right to left, and in a language of long words', async () => {
		await wp('user', 'meta', 'update', 'admin', 'locale', 'de_DE');
		await page.context().addCookies([{ name: 'right_to_left', value: '1', domain: `.${env.domain}`, path: '/' }]);
		try {
			await walk('rtl', lookAround);
		} finally {
			await page.context().clearCookies({ name: 'right_to_left' });
			await wp('user', 'meta', 'delete', 'admin', 'locale');
		}
	});

	it('is all in German, Dutch and Norwegian where that is the language of its reader', async () => {
		const locales = ['de_DE', 'de_DE_formal', 'nl_NL', 'nb_NO'];
		const files = locales.map((locale) => `'${locale}' => ( include '${env.plugin}/languages/closte-sync-${locale}.l10n.php' )['messages']`);
		const messages = JSON.parse(await wp('eval', `echo wp_json_encode( array( ${files.join()} ) );`));
		const pages = { '/': page, h: await page.context().newPage() };
		await page.goto('/wp-admin/network/');
		await pages.h.goto(Object.values(screens).at(-1)[0]);
		const read = async () => {
			// A page may read what is on its own host.
			const all = Object.entries(screens).map(async ([name, [address, part]]) => [name, await texts(pages[address[0]], address, part)]);
			return Object.fromEntries(await Promise.all(all));
		};
		const english = await read();
		const left = [];
		try {
			for (const locale of locales) {
				await wp('user', 'meta', 'update', 'admin', 'locale', locale);
				for (const [name, found] of Object.entries(await read())) {
					assert.notDeepEqual(found, english[name], `${name} in ${locale}`);
					for (const text of new Set(found)) {
						const isEnglish = (messages[locale][text] ?? text) !== text;
						if (isEnglish || (words(text).length >= 3 && english[name].includes(text))) {
							left.push(`${locale}, ${name}: ${text}`);
						}
					}
				}
			}
		} finally {
			await wp('user', 'meta', 'delete', 'admin', 'locale');
		}
		assert.deepEqual(left, []);
	});
});
