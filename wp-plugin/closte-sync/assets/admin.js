/**
 * The live parts of the network screens. Without it they work too, by plain forms.
 */
( function () {
	'use strict';

	const settings = window.closteSync;
	if ( ! settings ) {
		return;
	}

	/** Calls one of our AJAX actions; throws an Error with a text for people. */
	async function call( action, fields = {} ) {
		const body = new URLSearchParams( fields );
		body.set( 'action', 'closte_sync_' + action );
		body.set( '_ajax_nonce', settings.nonces[ action ] );
		let answer;
		let response;
		try {
			response = await fetch( settings.url, {
				method: 'POST',
				credentials: 'same-origin',
				body,
			} );
			answer = JSON.parse( await response.text() );
		} catch ( error ) {
			throw new Error( settings.strings.noAnswer );
		}
		if ( answer && answer.success ) {
			return answer.data;
		}
		// WordPress knows no such action of who is logged out; after another log-in, our nonces are those of the old one.
		if ( answer === 0 || response.status === 403 ) {
			askWhoIsThere();
		}
		throw new Error(
			( answer && answer.data && answer.data.message ) ||
				settings.strings.loggedOut
		);
	}

	settings.call = call;

	/** WordPress shows its own log-in dialogue where it is needed, and gives us fresh nonces where nobody is missing. */
	function askWhoIsThere() {
		if ( window.wp && window.wp.heartbeat ) {
			window.wp.heartbeat.connectNow();
		}
	}

	if ( window.jQuery ) {
		window
			.jQuery( document )
			.on( 'heartbeat-send.closte-sync', ( event, data ) => {
				data.closte_sync = 1;
			} )
			.on( 'heartbeat-tick.closte-sync', ( event, data ) => {
				if ( ! data.closte_sync_nonces ) {
					return;
				}
				Object.assign( settings.nonces, data.closte_sync_nonces );
				const bulk = document.querySelector( '#closte-sync-domains [name="_wpnonce"]' );
				if ( bulk ) {
					bulk.value = settings.nonces.bulk;
				}
			} );
	}

	function speak( text, how = 'polite' ) {
		if ( text && window.wp && window.wp.a11y ) {
			window.wp.a11y.speak( text, how );
		}
	}

	/** Our server escapes what it renders; texts of our own go in as text. */
	function showNotice( place, html ) {
		place.innerHTML = html;
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

	function busy( button, spinner, yes ) {
		button.disabled = yes;
		if ( spinner ) {
			spinner.classList.toggle( 'is-active', yes );
		}
	}

	function onSubmit( id, run ) {
		const form = document.getElementById( id );
		if ( ! form ) {
			return;
		}
		const parts = {
			form,
			button: form.querySelector( '[type="submit"]' ),
			spinner: form.querySelector( '.spinner' ),
			result: form.querySelector( '.closte-sync-result' ),
		};
		form.addEventListener( 'submit', async ( event ) => {
			event.preventDefault();
			if ( parts.button.disabled ) {
				return;
			}
			busy( parts.button, parts.spinner, true );
			parts.result.replaceChildren();
			try {
				await run( parts );
			} catch ( error ) {
				showError( parts.result, error.message );
			}
			busy( parts.button, parts.spinner, false );
			parts.button.focus();
		} );
	}

	onSubmit( 'closte-sync-test', async ( { result } ) => {
		const answer = await call( 'test_connection' );
		showNotice( result, answer.html );
		speak( answer.text );
	} );

	/* A key that is typed but not saved must not be lost by saving the rest. */
	const key = document.getElementById( 'closte-sync-api-key' );
	const rest = document.getElementById( 'closte-sync-settings' );
	if ( key && rest ) {
		const settle = () => key.setCustomValidity( '' );
		key.addEventListener( 'input', settle );
		// Before the browser looks whether the key's own form is valid.
		key.form.addEventListener( 'click', settle );
		rest.addEventListener( 'submit', ( event ) => {
			if ( key.value !== '' ) {
				event.preventDefault();
				key.setCustomValidity( key.dataset.unsaved );
				key.reportValidity();
			}
		} );
	}

	/** For the scripts of single screens. */
	Object.assign( settings, { speak, showError } );
} )();
