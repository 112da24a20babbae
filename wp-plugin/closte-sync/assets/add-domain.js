/**
 * The form that adds a domain: checks the name as it is typed, and suggests sites. Without it the form works too, by its
 * buttons.
 */
( function () {
	'use strict';

	const form = document.querySelector( '.closte-sync-add' );

	if ( ! form || ! window.wp || ! window.wp.apiFetch ) {
		return;
	}

	const QUIET_FOR = 500;
	const TIME_LIMIT = 15000;
	const domain = form.querySelector( '#closte-sync-add-domain' );
	const site = form.querySelector( '#closte-sync-add-site' );
	const places = {
		site: form.querySelector( '#closte-sync-add-site-verdict' ),
		verdict: form.querySelector( '#closte-sync-add-verdict' ),
		ways: form.querySelector( '#closte-sync-add-ways' ),
		dns: form.querySelector( '#closte-sync-add-dns' ),
	};
	const nothingTyped = places.dns.innerHTML;
	let timer;
	let asked;

	function speak( text ) {
		if ( text && window.wp.a11y ) {
			window.wp.a11y.speak( text );
		}
	}

	function ask( query, signal ) {
		return window.wp.apiFetch( { path: form.dataset.preview + '?' + new URLSearchParams( query ), signal } );
	}

	/** Our server escapes what it renders. What has the focus stays as it is. */
	function show( html, names ) {
		for ( const name of names ) {
			const place = places[ name ];

			if ( place && ! place.contains( document.activeElement ) ) {
				place.innerHTML = html[ name ];
			}
		}
	}

	function say( place, text ) {
		const line = document.createElement( 'p' );
		line.className = 'description';
		line.textContent = text;
		place.replaceChildren( line );
	}

	/** The name first, which takes no time; then what DNS says of it. */
	async function check() {
		const controller = new AbortController();
		const chosen = form.querySelector( '[name="way"]:checked' );
		const query = {
			domain: domain.value.trim(),
			site: site ? site.value.trim() : form.dataset.site,
		};

		if ( asked ) {
			asked.abort();
		}
		asked = controller;

		if ( chosen ) {
			query.way = chosen.value;
		}

		if ( query.domain === '' ) {
			places.verdict.replaceChildren();
			domain.removeAttribute( 'aria-invalid' );
			places.dns.innerHTML = nothingTyped;
			return;
		}

		const limit = window.setTimeout( () => controller.abort( 'late' ), TIME_LIMIT );

		try {
			const answer = await ask( { ...query, dns: '0' }, controller.signal );
			show( answer.html, [ 'site', 'verdict', 'ways' ] );
			domain.removeAttribute( 'aria-invalid' );
			// How it would be added is beside the point while it cannot be.
			if ( places.ways ) {
				( places.ways.closest( 'tr' ) || places.ways ).hidden = answer.refusal !== null;
			}
			if ( answer.refusal !== null ) {
				domain.setAttribute( 'aria-invalid', 'true' );
				places.dns.replaceChildren();
				speak( answer.said );
				return;
			}
			say( places.dns, form.dataset.checking );
			speak( answer.said );
			const found = await ask( query, controller.signal );
			show( found.html, [ 'dns' ] );
			speak( found.said );
		} catch ( error ) {
			if ( ! controller.signal.aborted || controller.signal.reason === 'late' ) {
				say( places.dns, form.dataset.failed );
				speak( form.dataset.failed );
			}
		} finally {
			window.clearTimeout( limit );
		}
	}

	function checkSoon() {
		window.clearTimeout( timer );
		timer = window.setTimeout( check, QUIET_FOR );
	}

	domain.addEventListener( 'input', checkSoon );

	if ( ! site ) {
		return;
	}

	site.addEventListener( 'input', checkSoon );

	if ( window.jQuery && window.jQuery.fn.autocomplete ) {
		window.jQuery( site ).autocomplete( {
			appendTo: form,
			delay: QUIET_FOR,
			messages: {
				noResults: form.dataset.noSite,
				results: ( count ) => form.dataset.sitesFound.replace( '%d', count ),
			},
			minLength: 1,
			source: async ( request, respond ) => {
				try {
					const sites = await window.wp.apiFetch( {
						path: form.dataset.sites + '?' + new URLSearchParams( { search: request.term } ),
					} );
					respond(
						sites.map( ( one ) => ( {
							value: one.address,
							label: one.address + ' – ' + one.title + ' (' + one.id + ')',
						} ) )
					);
				} catch ( error ) {
					// The field takes what is typed into it all the same.
					respond( [] );
				}
			},
			select: checkSoon,
		} );
	}
} )();
