/**
 * Notices that stay away once dismissed: their button sends the form that is there for pages without JavaScript.
 */
( function () {
	'use strict';

	document.addEventListener( 'click', ( event ) => {
		if ( ! event.target.closest( '.notice-dismiss' ) ) {
			return;
		}

		const notice = event.target.closest( '[data-closte-sync-notice]' );
		const form = notice && notice.querySelector( '.closte-sync-dismiss' );

		if ( form ) {
			window
				.fetch( form.action, {
					method: 'POST',
					credentials: 'same-origin',
					body: new FormData( form ),
					redirect: 'manual',
					keepalive: true,
				} )
				.catch( () => {} );
		}
	} );
} )();
