/**
 * Calls the REST API of the network's main site, for the scripts of the network screens. Those depend on the handle
 * `closte-sync-api` and use `window.closteSync`:
 *
 *     const domain = await closteSync.get( 'domains/7' );
 *     const checked = await closteSync.post( 'check', { ids: [ 7, 8 ] } );
 *
 * A call that fails throws an Error with a text for people, and with `code` and `data` as the API gives them. Where the user
 * is logged out, it has `isLoggedOut`, and WordPress's log-in dialogue opens. `closteSync.whenLoggedIn( then )` calls back, with
 * whether the user was logged out indeed. A nonce that is too old, or of an earlier log-in, is replaced, and the call
 * repeated.
 *
 * `closteSync.speak( text )` tells screen readers, `closteSync.showError( place, text )` shows a notice and tells them too.
 */
( function () {
	'use strict';

	const settings = window.closteSync;
	if ( ! settings || ! window.wp || ! window.wp.apiFetch ) {
		return;
	}

	const apiFetch = window.wp.apiFetch;

	/** What wp.apiFetch says where the server gave no answer that can be read. */
	const NO_ANSWER = [ 'fetch_error', 'offline_error', 'invalid_json' ];

	/** Milliseconds: more than the server takes for any call. */
	const PATIENCE = 40000;

	/** What REST says to who is logged out, or logged in as somebody else. */
	const NOBODY = [ 'rest_cookie_invalid_nonce', 'rest_forbidden' ];

	async function call( method, path, data ) {
		const controller = new AbortController();
		const timer = window.setTimeout( () => controller.abort(), PATIENCE );

		try {
			return await apiFetch( { method, url: settings.root + path, data, signal: controller.signal } );
		} catch ( error ) {
			const { code, message } = error || {};
			let text = message;

			if ( ! message || controller.signal.aborted || NO_ANSWER.includes( code ) ) {
				text = settings.strings.noAnswer;
			} else if ( NOBODY.includes( code ) ) {
				askWhoIsThere();
				text = settings.strings.loggedOut;
			}

			throw Object.assign( new Error( text ), {
				code,
				data: error && error.data,
				isLoggedOut: NOBODY.includes( code ),
			} );
		} finally {
			window.clearTimeout( timer );
		}
	}

	/** WordPress shows its own log-in dialogue where it is needed. */
	function askWhoIsThere() {
		if ( window.wp.heartbeat ) {
			window.wp.heartbeat.connectNow();
		}
	}

	/** Its heartbeat says who is there; it is asked as soon as the dialogue is gone. Without a heartbeat nobody can say. */
	function whenLoggedIn( then ) {
		if ( ! window.wp.heartbeat || ! window.jQuery ) {
			then( false );
			return;
		}

		const dialogue = document.getElementById( 'wp-auth-check-wrap' );
		const observer = new MutationObserver( () => {
			if ( dialogue.classList.contains( 'hidden' ) ) {
				askWhoIsThere();
			}
		} );
		let wasLoggedOut = false;

		function tick( event, data ) {
			// Who has just logged in has the nonces of the log-in before.
			if ( data[ 'wp-auth-check' ] || data.nonces_expired ) {
				window.jQuery( document ).off( 'heartbeat-tick', tick );
				observer.disconnect();
				then( wasLoggedOut );
			} else if ( data[ 'wp-auth-check' ] === false ) {
				wasLoggedOut = true;
			}
		}

		window.jQuery( document ).on( 'heartbeat-tick', tick );

		if ( dialogue ) {
			observer.observe( dialogue, { attributeFilter: [ 'class' ] } );
		}
	}

	function speak( text, how = 'polite' ) {
		if ( text && window.wp.a11y ) {
			window.wp.a11y.speak( text, how );
		}
	}

	function showError( place, text ) {
		const notice = document.createElement( 'div' );
		notice.className = 'notice notice-error inline';
		const paragraph = document.createElement( 'p' );
		paragraph.textContent = text;
		notice.append( paragraph );
		place.replaceChildren( notice );
		speak( text, 'assertive' );
	}

	Object.assign( settings, {
		get: ( path ) => call( 'GET', path ),
		post: ( path, data = {} ) => call( 'POST', path, data ),
		remove: ( path, data = {} ) => call( 'DELETE', path, data ),
		whenLoggedIn,
		speak,
		showError,
	} );
} )();
