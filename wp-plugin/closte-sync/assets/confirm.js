/**
 * Forms that ask before they do something that cannot be taken back.
 */
document.addEventListener( 'submit', ( event ) => {
	'use strict';

	const question = event.target.dataset.confirm;

	// eslint-disable-next-line no-alert
	if ( question && ! window.confirm( question ) ) {
		event.preventDefault();
	}
} );
