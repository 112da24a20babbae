/**
 * The settings screen.
 */
( function () {
	'use strict';

	/* What was not saved comes first: for the keyboard and for who listens. */
	const errors = document.getElementById( 'closte-sync-errors' );
	if ( errors ) {
		errors.tabIndex = -1;
		errors.focus();
	}
} )();
