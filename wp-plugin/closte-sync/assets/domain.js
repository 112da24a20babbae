/**
 * The page of one domain: checks its DNS and certificate once the page is there, counts down to the next check, and brings
 * the page up to date when something has changed. Without it the page works too, by links and forms.
 */
( function () {
	'use strict';

	const page = document.querySelector( '.closte-sync-parts[data-watch]' );
	const settings = window.closteSync;

	if ( ! page || ! settings || ! settings.post ) {
		return;
	}

	const { get, post, whenLoggedIn, speak } = settings;

	const ASK_EVERY = 30;
	const ASK_AGAIN = 5;
	const SILENT_FAILURES = 1;

	/* What DNS and the certificate say now. */
	const link = page.querySelector( '[data-closte-sync-look]' );
	const status = page.querySelector( '.closte-sync-look-status' );
	const spinner = page.querySelector( '#closte-sync-look .spinner' );
	const result = page.querySelector( '.closte-sync-look-result' );
	let isLooking = false;
	// Where the REST API does not answer, the link does.
	let isLinkNeeded = false;

	async function look() {
		if ( isLooking ) {
			return;
		}

		isLooking = true;
		spinner.classList.add( 'is-active' );
		status.textContent = status.dataset.running;

		try {
			const answer = await get( link.dataset.closteSyncLook );
			status.textContent = '';
			whenFree( result, () => {
				result.innerHTML = answer.html;
			} );
			speak( answer.said );
		} catch ( error ) {
			isLinkNeeded = true;
			status.textContent = error.isLoggedOut ? error.message : status.dataset.failed;
			speak( status.textContent );
		}

		spinner.classList.remove( 'is-active' );
		isLooking = false;
	}

	link.addEventListener( 'click', ( event ) => {
		if ( ! isLinkNeeded && event.button === 0 && ! event.ctrlKey && ! event.metaKey && ! event.shiftKey ) {
			event.preventDefault();
			speak( status.dataset.running );
			look();
		}
	} );

	/* A part in which somebody is or has marked text stays as it is until they leave it. */
	const waiting = new Map();

	function isInUse( part ) {
		const selection = document.getSelection();

		return (
			part.contains( document.activeElement ) ||
			( selection && ! selection.isCollapsed && selection.containsNode( part, true ) )
		);
	}

	function whenFree( part, change ) {
		waiting.set( part, change );
		changeWhatIsFree();
	}

	function changeWhatIsFree() {
		waiting.forEach( ( change, part ) => {
			if ( ! isInUse( part ) ) {
				waiting.delete( part );
				change();
			}
		} );
	}

	// While focus moves from one element to the next, nothing has it.
	document.addEventListener( 'focusout', () => window.setTimeout( changeWhatIsFree ) );
	document.addEventListener( 'selectionchange', changeWhatIsFree );

	/* The parts as the server has them, told from what has been done to them here. */
	const shown = new Map();

	function normalize( html ) {
		const template = document.createElement( 'template' );
		template.innerHTML = html;
		return template.innerHTML;
	}

	function update( part, html ) {
		const fresh = normalize( html );

		if ( shown.get( part ) === fresh ) {
			waiting.delete( part );
			return;
		}

		whenFree( part, () => {
			const isOpen = part.querySelector( 'details[open]' ) !== null;
			shown.set( part, fresh );
			part.innerHTML = html;
			part.querySelectorAll( 'details' ).forEach( ( details ) => {
				details.open = isOpen;
			} );
			countDown();
		} );
	}

	[ 'closte-sync-state', 'closte-sync-facts', 'closte-sync-actions', 'closte-sync-story' ].forEach( ( id ) => {
		const part = document.getElementById( id );
		shown.set( part, normalize( part.innerHTML ) );
	} );

	/* The countdown goes by the server's clock. */
	let ahead = Number( page.dataset.now ) * 1000 - Date.now();
	let said = page.dataset.said;
	let checkedAt = Number( page.dataset.checkedAt );
	let isAsking = false;
	let isGone = false;
	let isLoggedOut = false;
	let failures = 0;
	let askAt = 0;

	const serverNow = () => ( Date.now() + ahead ) / 1000;

	const HOUR = 3600;
	const inHours = new Intl.RelativeTimeFormat( document.documentElement.lang || undefined );

	/** To the second where somebody may wait for it. */
	function wait( seconds, template ) {
		return seconds > HOUR
			? inHours.format( Math.round( seconds / HOUR ), 'hour' )
			: template.replace( '%s', `${ Math.floor( seconds / 60 ) }:${ String( seconds % 60 ).padStart( 2, '0' ) }` );
	}

	/** The seconds that are left, and null where no check is planned. */
	function countDown() {
		const place = page.querySelector( '.closte-sync-countdown' );

		if ( ! place ) {
			return null;
		}

		const left = Math.ceil( Number( place.dataset.at ) - serverNow() );
		const text = left > 0 ? wait( left, place.dataset.template ) : place.dataset.checking;

		if ( place.textContent !== text ) {
			place.textContent = text;
		}

		return left;
	}

	function tellTrouble( text ) {
		const place = document.getElementById( 'closte-sync-watch-trouble' );

		if ( place.textContent.trim() === text ) {
			return;
		}

		const paragraph = document.createElement( 'p' );
		paragraph.textContent = text;
		place.replaceChildren( paragraph );
		place.hidden = text === '';
		speak( text );
	}

	function showGone( html ) {
		const hadFocus = page.contains( document.activeElement );

		isGone = true;
		waiting.clear();
		page.classList.remove( 'closte-sync-parts' );
		page.innerHTML = html;

		if ( hadFocus ) {
			page.tabIndex = -1;
			page.focus();
		}
	}

	async function watch() {
		isAsking = true;

		try {
			const answer = await post( page.dataset.watch, { name: page.dataset.name, steps: Number( page.dataset.steps ) } );

			ahead = answer.now * 1000 - Date.now();
			failures = 0;
			tellTrouble( '' );
			askAt = Date.now() + answer.wait * 1000;

			if ( answer.gone ) {
				showGone( answer.gone );
			}

			Object.entries( answer.parts ).forEach( ( [ id, html ] ) => update( document.getElementById( id ), html ) );

			if ( answer.said !== said ) {
				said = answer.said;
				speak( said );
				// What a button was answered is out of date.
				document.querySelectorAll( '.closte-sync-flash:not(:focus-within)' ).forEach( ( notice ) => notice.remove() );

				if ( ! isGone ) {
					look();
				}
			} else if ( answer.checked_at !== checkedAt ) {
				speak( page.dataset.unchanged );
			}

			checkedAt = answer.checked_at;
		} catch ( error ) {
			failures++;
			askAt = Date.now() + ASK_AGAIN * 1000 * Math.min( failures, ASK_EVERY / ASK_AGAIN );

			if ( error.isLoggedOut ) {
				tellTrouble( error.message );
				waitForLogin();
			} else if ( failures > SILENT_FAILURES ) {
				tellTrouble( page.dataset.trouble );
			}
		}

		isAsking = false;
	}

	/** Until then nothing is asked for. */
	function waitForLogin() {
		isLoggedOut = true;
		whenLoggedIn( ( wasLoggedOut ) => {
			isLoggedOut = false;
			askAt = wasLoggedOut ? Date.now() : askAt;
		} );
	}

	function tick() {
		const left = countDown();

		if ( isGone || isAsking || isLoggedOut || document.hidden ) {
			return;
		}

		// A check that is due is asked for at once, and once: what the answer says counts for the next time.
		if ( Date.now() >= askAt || ( left === 0 && failures === 0 ) ) {
			watch();
		}
	}

	askAt = Date.now() + Number( page.dataset.wait ) * 1000;
	window.setInterval( tick, 1000 );
	countDown();

	if ( result.childElementCount === 0 ) {
		look();
	}
} )();
