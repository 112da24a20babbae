/**
 * The live parts of the network screens. Without it they work too, by plain forms.
 */
( function () {
	'use strict';

	const settings = window.closteSync;
	if ( ! settings || ! settings.post ) {
		return;
	}

	const { post, speak, showError } = settings;

	/** Our server escapes what it renders; texts of our own go in as text. */
	function showNotice( place, html ) {
		place.innerHTML = html;
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
		const answer = await post( 'connection-test' );
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
} )();
