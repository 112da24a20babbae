/**
 * The Domains screen: moves due domains along while it is open, and shows how they are.
 */
( function () {
	'use strict';

	const settings = window.closteSync;
	const list = document.getElementById( 'closte-sync-domains' );

	if ( ! settings || ! settings.post || ! list ) {
		return;
	}

	const { post, whenLoggedIn, speak, showError } = settings;

	/** Failures in a row that are not worth a word. */
	const SILENT_FAILURES = 1;

	/** Seconds: after a failure, more after each further one, and at most. */
	const ASK_AGAIN = 5;
	const ASK_EVERY = 30;

	const shown = new Map();
	let failures = 0;

	function lines() {
		return Array.from( list.querySelectorAll( 'tr[data-ids]' ) );
	}

	function ids( line ) {
		return line.dataset.ids.split( ',' );
	}

	function parse( html ) {
		const template = document.createElement( 'template' );
		template.innerHTML = html;
		return Array.from( template.content.querySelectorAll( 'tr' ) );
	}

	/* A line is of one domain, or of two that are alike: after a change it may be two lines, or stand in another one. */
	function update( line, rows ) {
		const key = line.dataset.ids;
		const html = ids( line )
			.map( ( id ) => rows[ id ] )
			.filter( ( row ) => row !== null && row !== undefined );

		if ( html.length === 0 ) {
			return [ remove( line ) ];
		}

		const text = html.join( '' );

		if ( shown.get( key ) === text || line.contains( document.activeElement ) ) {
			return [];
		}

		shown.set( key, text );

		const ticked = line.querySelector( '.check-column input' );
		const fresh = parse( text );

		fresh.forEach( ( row ) => {
			const box = row.querySelector( '.check-column input' );
			if ( ticked && box ) {
				box.checked = ticked.checked;
			}
		} );
		line.replaceWith( ...fresh );

		return fresh
			.filter( ( row ) => row.dataset.says !== line.dataset.says )
			.map( ( row ) => row.dataset.says );
	}

	function remove( line ) {
		if ( line.classList.contains( 'closte-sync-gone' ) ) {
			return null;
		}

		const hadFocus = line.contains( document.activeElement );

		// Nothing can be done with it, and nothing comes next.
		line.classList.add( 'closte-sync-gone' );
		line.querySelectorAll( '.row-actions' ).forEach( ( one ) => one.remove() );
		line.querySelectorAll( '.check-column, .column-advice, .column-next_check' ).forEach( ( cell ) => cell.replaceChildren() );
		line.querySelectorAll( 'a' ).forEach( ( link ) => link.replaceWith( ...link.childNodes ) );
		line.querySelectorAll( '.column-state, .closte-sync-brief' ).forEach( ( place ) => {
			place.textContent = settings.strings.removed;
		} );

		if ( hadFocus ) {
			line.tabIndex = -1;
			line.focus();
		}

		return line.dataset.domain + ': ' + settings.strings.removed;
	}

	/* What keeps the list from being up to date: said once it stays so, and taken away when it has passed. */
	function tellTrouble( text ) {
		let place = document.getElementById( 'closte-sync-poll-trouble' );
		if ( ! place ) {
			place = document.createElement( 'div' );
			place.id = 'closte-sync-poll-trouble';
			list.before( place );
		}
		if ( place.textContent === text ) {
			return;
		}
		if ( text ) {
			showError( place, text );
		} else {
			place.replaceChildren();
		}
	}

	async function poll() {
		let wait = ASK_EVERY;
		try {
			const answer = await post( 'poll', {
				ids: lines().flatMap( ids ).map( Number ),
				url: window.location.search,
			} );
			const news = lines().flatMap( ( line ) => update( line, answer.rows ) );
			const views = document.querySelector( '.closte-sync-screen .subsubsub' );
			if ( views && answer.views && ! views.contains( document.activeElement ) ) {
				views.outerHTML = answer.views;
			}
			// Bulk actions are those of the log-in that is in force now.
			const nonce = list.querySelector( '[name="_wpnonce"]' );
			if ( nonce ) {
				nonce.value = answer.nonce;
			}
			speak( news.filter( Boolean ).join( '. ' ) );
			wait = answer.wait;
			failures = 0;
			tellTrouble( '' );
		} catch ( error ) {
			// A poll that failed must not stop the others.
			failures++;
			wait = Math.min( ASK_AGAIN * failures, ASK_EVERY );
			if ( error.isLoggedOut || failures > SILENT_FAILURES ) {
				tellTrouble( error.message );
			}
			if ( error.isLoggedOut ) {
				whenLoggedIn( ( wasLoggedOut ) => schedule( wasLoggedOut ? 0 : wait ) );
				return;
			}
		}
		schedule( wait );
	}

	function schedule( seconds ) {
		window.setTimeout( () => {
			if ( document.hidden ) {
				document.addEventListener( 'visibilitychange', () => schedule( 0 ), { once: true } );
				return;
			}
			poll();
		}, seconds * 1000 );
	}

	schedule( 1 );
} )();
