/**
 * Buttons that copy the text in their data-copy attribute.
 */
( function () {
	'use strict';

	const SHOWN_FOR = 2000;

	async function copy( text ) {
		if ( window.navigator.clipboard && window.isSecureContext ) {
			return window.navigator.clipboard.writeText( text );
		}

		// Pages without HTTPS have no clipboard of their own.
		const field = document.createElement( 'textarea' );
		field.value = text;
		field.className = 'screen-reader-text';
		document.body.append( field );
		field.select();
		const isCopied = document.execCommand( 'copy' );
		field.remove();

		if ( ! isCopied ) {
			throw new Error();
		}
	}

	document.addEventListener( 'click', async ( event ) => {
		const button = event.target.closest( '.closte-sync-copy' );

		if ( ! button || button.dataset.label ) {
			return;
		}

		try {
			await copy( button.dataset.copy );
		} catch ( error ) {
			// The text stands beside the button, or where it says, to be marked by hand.
			const place = document.getElementById( button.dataset.shownIn ) || button.previousElementSibling;
			place.closest( 'details' )?.setAttribute( 'open', '' );
			window.getSelection().selectAllChildren( place );
			return;
		}

		button.focus();
		button.dataset.label = button.textContent;
		button.textContent = button.dataset.copied;
		if ( window.wp && window.wp.a11y ) {
			window.wp.a11y.speak( button.dataset.copied );
		}
		window.setTimeout( () => {
			button.textContent = button.dataset.label;
			delete button.dataset.label;
		}, SHOWN_FOR );
	} );
} )();
