/**
 * The settings screen: parts that ask Closte when they are asked for, and the sending of all domains. Without it they are
 * links and forms.
 */
( function () {
	'use strict';

	const speak = ( text, how ) => window.wp && window.wp.a11y && window.wp.a11y.speak( text, how );

	/* What was not saved comes first: for the keyboard and for who listens. */
	const errors = document.getElementById( 'closte-sync-errors' );
	if ( errors ) {
		errors.tabIndex = -1;
		errors.focus();
	}

	function showNotice( part, type, text ) {
		const notice = document.createElement( 'div' );
		notice.className = 'notice inline closte-sync-said notice-' + type;
		const paragraph = document.createElement( 'p' );
		paragraph.textContent = text;
		notice.append( paragraph );
		part.querySelector( '.closte-sync-said' )?.remove();
		part.querySelector( 'h2' ).after( notice );
		speak( text, type === 'error' ? 'assertive' : 'polite' );
	}

	function busy( part, yes ) {
		part.setAttribute( 'aria-busy', yes ? 'true' : 'false' );
		part.querySelectorAll( '.spinner' ).forEach( ( spinner ) => spinner.classList.toggle( 'is-active', yes ) );
	}

	/** Puts a part of the screen, as it is at an address, in place of the one that is shown. */
	async function load( part, url ) {
		busy( part, true );
		speak( part.dataset.waits );
		let fresh = null;
		try {
			const response = await fetch( url, { credentials: 'same-origin' } );
			const page = new DOMParser().parseFromString( await response.text(), 'text/html' );
			fresh = response.ok && page.getElementById( part.id );
		} catch ( error ) {
			fresh = null;
		}
		busy( part, false );
		if ( ! fresh ) {
			showNotice( part, 'error', part.dataset.failed );
			return;
		}
		part.replaceWith( document.adoptNode( fresh ) );
		const title = fresh.querySelector( 'h2' );
		title.tabIndex = -1;
		title.focus( { preventScroll: true } );
		fresh.scrollIntoView( { block: 'nearest' } );
		const said = fresh.querySelector( '.notice, .closte-sync-plan, .displaying-num' );
		// As it is shown: items of a list apart, and without what is folded away.
		speak( ( said || title ).innerText.trim().replace( /\s+/g, ' ' ) );
	}

	document.addEventListener( 'click', ( event ) => {
		const link = event.target.closest( '.closte-sync-part a' );
		const part = link && link.closest( '.closte-sync-part' );
		if ( ! part || event.metaKey || event.ctrlKey || event.shiftKey ) {
			return;
		}
		const url = new URL( link.href );
		if ( url.pathname !== window.location.pathname || ! url.searchParams.has( part.dataset.query ) ) {
			return;
		}
		event.preventDefault();
		if ( part.getAttribute( 'aria-busy' ) !== 'true' ) {
			load( part, url );
		}
	} );

	/** Sends a batch after the other, for as long as this page is open. */
	async function send( form ) {
		const part = form.closest( '.closte-sync-part' );
		const place = part.querySelector( '.closte-sync-progress' );
		const bar = place.querySelector( 'progress' );
		const label = place.querySelector( '.closte-sync-progress-text' );
		let goesOn = Boolean( form.elements.continue );
		let answer;
		busy( part, true );
		form.querySelector( 'button' ).disabled = true;
		bar.removeAttribute( 'value' );
		place.hidden = false;
		try {
			do {
				answer = await window.closteSync.post( 'sync', { continue: goesOn } );
				goesOn = true;
				if ( answer.total > 0 ) {
					bar.max = answer.total;
					bar.value = Math.min( answer.sent, answer.total );
				}
				label.textContent = answer.text;
			} while ( ! answer.finished );
		} catch ( error ) {
			showNotice( part, 'error', error.message );
			form.querySelector( 'button' ).disabled = false;
			form.querySelector( 'button' ).focus();
		}
		place.hidden = true;
		busy( part, false );
		if ( answer ) {
			await load( part, form.dataset.after );
		}
		// Where nothing was sent, the screen has nothing to tell of it.
		if ( answer && answer.total === 0 ) {
			showNotice( document.getElementById( part.id ), answer.problem ? 'error' : 'success', answer.text );
		}
	}

	document.addEventListener( 'submit', ( event ) => {
		const form = event.target.closest( '.closte-sync-send' );
		if ( form && window.closteSync && window.closteSync.post ) {
			event.preventDefault();
			if ( ! form.querySelector( 'button' ).disabled ) {
				send( form );
			}
		}
	} );
} )();
