/**
 * Prints a section of the guide.
 */
document.addEventListener( 'click', ( event ) => {
	if ( event.target.closest( '.closte-sync-print' ) ) {
		window.print();
	}
} );
