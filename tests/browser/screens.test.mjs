import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { env, launch, openPage, resetNetwork } from './network.mjs';
import { makeScreens } from './screens.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Stylesheets are WordPress's own for such languages, though none of them is installed.
const rightToLeft = join(env.wordpress, 'wp-content/mu-plugins/right-to-left.php');
const WIDTHS = [1300, 782, 360];

/** What axe finds in a part of the page. */
function violations(page, part) {
	return page.evaluate(async (include) => {
		const { violations: found } = await window.axe.run({ include: [...document.querySelectorAll(include)] }, { resultTypes: ['violations'] });
		return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
	}, part);
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
		const [address, part] = screens[name];
		await page.setViewportSize({ width: WIDTHS[0], height: 900 });
		await page.goto(address);
		await page.waitForSelector(part);
		// What is asked for once the page is there.
		await page.waitForLoadState('networkidle');
		return part;
	}

	async function screenshot(name) {
		if (process.env.CLOSTE_SCREENSHOTS) {
			await page.screenshot({ path: join(process.env.CLOSTE_SCREENSHOTS, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
		}
	}

	for (const direction of ['ltr', 'rtl']) {
		it(`fits desktop, tablet and phone: ${direction}${direction === 'ltr' ? ', and axe finds nothing' : ''}`, async () => {
			await page.context().addCookies(direction === 'rtl' ? [{ name: 'right_to_left', value: '1', domain: `.${env.domain}`, path: '/' }] : []);
			const wrong = {};
			for (const name of Object.keys(screens)) {
				const part = await open(name);
				assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), direction);
				await page.evaluate(axe);
				for (const width of WIDTHS) {
					await page.setViewportSize({ width, height: 900 });
					wrong[`${name}, ${width} px`] = await misplaced(page, part);
					if (direction === 'ltr' && width !== 782) {
						wrong[`${name}, ${width} px`].push(...(await violations(page, part)));
					}
					await screenshot(`${name}-${direction}-${width}`);
				}
			}
			assert.deepEqual(Object.entries(wrong).filter(([, found]) => found.length), []);
			assert.deepEqual(page.complaints, []);
		});
	}
});
