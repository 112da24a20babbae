<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Sync\Networks;

/**
 * Checks whether the plugin is active on every network of the installation that has sites.
 */
final class Activation_Check {

	/** Networks that are named; the others are counted. */
	private const MOST_NAMED = 10;

	public function __construct( private readonly Networks $networks ) {}

	/**
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function run(): Finding {
		$label   = __( 'Networks', 'closte-sync' );
		$unheard = $this->networks->unheard();

		if ( array() === $unheard ) {
			return new Finding( 'networks', $label, Severity::Ok, __( 'The plugin is active on every network that has sites.', 'closte-sync' ) );
		}

		$names = array_slice( $unheard, 0, self::MOST_NAMED );

		return new Finding(
			'networks',
			$label,
			Severity::Warning,
			sprintf(
				/* translators: 1: number of networks, 2: their addresses */
				_n(
					'Closte Sync is not active on %1$s network: %2$s. Domains that are added or removed there are not sent to Closte.',
					'Closte Sync is not active on %1$s networks: %2$s. Domains that are added or removed there are not sent to Closte.',
					count( $unheard ),
					'closte-sync'
				),
				number_format_i18n( count( $unheard ) ),
				implode( ', ', $names ) . ( count( $unheard ) > count( $names ) ? ', …' : '' )
			),
			sprintf(
				/* translators: %s: command */
				__( 'Activate it on each network, under Network Admin → Plugins or with "%s".', 'closte-sync' ),
				'wp plugin activate closte-sync --network --url=' . reset( $names )
			)
		);
	}
}
